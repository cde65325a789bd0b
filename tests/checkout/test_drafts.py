"""Orders that staff prepare: at their own prices, one order from one draft, and nothing but what was sent is charged."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from apps.catalog.documents import Product
from apps.checkout import services as checkout
from apps.checkout.errors import DraftChanged, InvalidDetails, PriceChanged, ShippingUnavailable
from apps.checkout.models import DraftOrder
from apps.common.clock import now
from apps.common.errors import DomainError, InvalidInput
from apps.events.services import relay_outbox
from apps.inventory.errors import OutOfStock
from apps.inventory.models import StockItem
from apps.notifications.models import SentMail
from apps.orders.models import Order
from apps.tenancy.context import use_actor
from tests.api.shop import make_product
from tests.checkout.shop import ADDRESS, Goods, assert_adds_up, make_goods, stock_of
from tests.discounts.rules import make_discount
from tests.payments.bank import pay_and_tell
from tests.support.acting import GUEST, STAFF, seeing_all
from tests.support.threads import run_at_once


@pytest.fixture
def acting(in_store: Any) -> Iterator[None]:
    with use_actor(STAFF):
        yield


def line(goods: Goods, quantity: int = 1, price: int | None = None) -> checkout.DraftLineInput:
    reason = "A good customer" if price is not None else ""
    return checkout.DraftLineInput(goods.variant_ref, quantity, price, reason)


def save(*lines: checkout.DraftLineInput, **changes: Any) -> DraftOrder:
    draft = changes.pop("draft", None)
    values: dict[str, Any] = {
        "email": "asha@example.com",
        "shipping_address": ADDRESS,
        "lines": lines,
    }
    values |= {"shipping_method": "standard", **changes}
    version = draft.version if draft else None
    data = checkout.DraftInput(**values)
    return checkout.save_draft(data=data, actor=STAFF, draft=draft, version=version)


def send(draft: DraftOrder) -> DraftOrder:
    return checkout.send_draft(draft=draft, version=draft.version, days=7, actor=STAFF)


def order(draft: DraftOrder, **changes: Any) -> Order:
    values = {"payment_method": "test", "actor": STAFF, "version": draft.version, **changes}
    return checkout.place_draft(draft=draft, **values).order


@pytest.mark.django_db
@pytest.mark.usefixtures("acting")
def test_prices_discount_and_delivery_of_staff_are_what_is_charged() -> None:
    chai, cup = make_goods(price_minor=50_000), make_goods(price_minor=10_000)
    draft = save(
        line(chai, 2, price=40_000),
        line(cup, 3),
        discount_minor=10_001,
        discount_reason="Late parcel",
        shipping_minor=1_234,
    )
    quote = checkout.quote_draft(draft)
    assert quote.priced.subtotal_minor == 110_000
    assert (quote.priced.discount_minor, quote.priced.shipping_minor) == (10_001, 1_234)
    assert stock_of(chai) == (10, 0, 0), "a draft reserves nothing"

    placed = order(draft)

    assert placed.total_minor == quote.priced.total_minor
    assert sum(each.discount_minor for each in placed.lines.all()) == 10_001
    assert {each.unit_price_minor for each in placed.lines.all()} == {40_000, 10_000}
    assert stock_of(chai) == (10, 2, 0)
    pay_and_tell(placed.payments.get())
    assert_adds_up(placed)


@pytest.mark.django_db
@pytest.mark.usefixtures("acting")
def test_one_draft_makes_one_order() -> None:
    draft = save(line(make_goods()))
    first = order(draft)
    assert order(draft) == first
    stale = DraftOrder.objects.get(pk=draft.pk)
    assert (stale.state, stale.order_ref) == ("placed", first.pk)
    for change in (lambda: save(draft=stale), lambda: send(stale)):
        with pytest.raises(DraftChanged):
            change()
    with pytest.raises(DraftChanged):
        checkout.delete_draft(draft=stale, actor=STAFF)
    assert Order.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("acting")
def test_what_was_sent_keeps_its_prices_and_a_change_ends_the_link(
    store: Any, client_for: Callable[..., Client]
) -> None:
    product = make_product(store, minor=50_000)
    goods = Goods(product, product.variants[0].id, product.variants[0].sku)
    draft = send(save(line(goods, 2)))
    relay_outbox()
    relay_outbox()
    mail = SentMail.objects.get(template="order_draft")
    assert f"/offers/{draft.access_token}/" in mail.text
    row = Product.objects.get(pk=product.pk)
    row.variants[0].prices[0].amount_minor = 99_000
    row.save()
    quote = checkout.quote_draft(draft)
    assert (quote.priced.total_minor, quote.priced.subtotal_minor) == (draft.total_minor, 100_000)

    visitor = client_for(store)
    page = visitor.get(f"/offers/{draft.access_token}/").content.decode()
    assert "We have prepared this order for you" in page
    save(line(goods, 1), draft=draft)
    assert visitor.get(f"/offers/{draft.access_token}/").status_code == 404


@pytest.mark.django_db
@pytest.mark.usefixtures("acting")
def test_the_buyer_orders_by_the_link_once_and_only_in_time(
    store: Any, other_store: Any, client_for: Callable[..., Client]
) -> None:
    draft = send(save(line(make_goods())))
    address = f"/offers/{draft.access_token}/"
    assert client_for(other_store).get(address).status_code == 404
    DraftOrder.objects.update(expires_at=now() - timedelta(seconds=1))
    assert client_for(store).post(address, {"payment_method": "test"}).status_code == 404
    DraftOrder.objects.update(expires_at=now() + timedelta(days=1))
    assert Order.objects.count() == 0

    seen = f"{draft.version}.{draft.total_minor}"
    assert f'name="seen" value="{seen}"' in client_for(store).get(address).content.decode()
    again = client_for(store).post(address, {"payment_method": "test", "seen": f"0.{seen}"})
    assert "This draft was changed in the meantime" in again.content.decode()
    assert Order.objects.count() == 0, "another price was shown"

    for _ in range(2):
        answer = client_for(store).post(address, {"payment_method": "test", "seen": seen})
        assert answer.status_code == 302
    placed = Order.objects.get()
    assert placed.access_token in client_for(store).get(address).headers["Location"]
    assert placed.total_minor == draft.total_minor
    assert_adds_up(placed)


@pytest.mark.django_db
@pytest.mark.usefixtures("acting")
def test_what_is_missing_or_odd_is_refused_in_words() -> None:
    goods = make_goods(stock=1)
    with pytest.raises(InvalidInput):
        save(line(goods, 0))
    with pytest.raises(InvalidInput):
        save(line(goods), discount_minor=-1, discount_reason="x")
    with pytest.raises(InvalidInput):
        save(line(goods), discount_minor=100)
    with pytest.raises(InvalidInput):
        save(checkout.DraftLineInput(goods.variant_ref, 1, 100, ""))
    with pytest.raises(DomainError):
        save(checkout.DraftLineInput("not-a-variant", 1))
    draft = save(line(goods), shipping_address={"country": "IN"})
    with pytest.raises(InvalidDetails):
        send(draft)
    with pytest.raises(InvalidInput):
        checkout.send_draft(draft=draft, version=draft.version, days=0, actor=STAFF)
    with pytest.raises(DraftChanged):
        save(line(goods), draft=DraftOrder(pk=draft.pk, version=7))
    bare = save(line(goods), shipping_method="", draft=draft)
    with pytest.raises(ShippingUnavailable, match="Choose a way of shipping"):
        checkout.quote_draft(bare)
    many = save(line(goods, 5), draft=DraftOrder.objects.get(pk=draft.pk))
    with pytest.raises(OutOfStock):
        order(many)
    few = save(line(goods, 1), draft=DraftOrder.objects.get(pk=draft.pk))
    assert order(few).lines.get().quantity == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("acting")
def test_another_total_than_the_one_that_was_sent_is_not_charged() -> None:
    draft = send(save(line(make_goods())))
    DraftOrder.objects.update(total_minor=(draft.total_minor or 0) + 1)
    with pytest.raises(PriceChanged):
        order(draft)
    assert Order.objects.count() == 0


def test_buyer_and_staff_at_once_make_one_order(throwaway_store: Any) -> None:
    with seeing_all(throwaway_store):
        goods = make_goods(stock=5)
        draft = send(save(line(goods, 2)))

    def place() -> Any:
        return checkout.place_draft(draft=draft, payment_method="test", actor=GUEST).order.pk

    found = run_at_once(throwaway_store, [place] * 3)
    with seeing_all(throwaway_store):
        assert set(found) == {Order.objects.get().pk}
        assert StockItem.objects.get(variant_ref=goods.variant_ref).reserved == 2


@pytest.mark.django_db
@pytest.mark.usefixtures("acting")
def test_a_draft_of_a_company_has_its_number_and_its_coupon() -> None:
    chai = make_goods(price_minor=50_000)
    make_discount(code="TEA", percent=10)
    draft = save(
        line(chai, 2, price=40_000),
        company="Asha Traders",
        tax_number="29AAGCB7383J1Z4",
        codes=["tea", "TEA"],
        discount_minor=1_000,
        discount_reason="By telephone",
    )

    placed = order(send(draft))

    assert (placed.company, placed.tax_number) == ("Asha Traders", "29AAGCB7383J1Z4")
    assert placed.discount_minor == 8_000 + 1_000
    assert {each["code"] for each in placed.discounts} == {"TEA", ""}


@pytest.mark.django_db
@pytest.mark.usefixtures("acting")
def test_a_copy_of_an_ordered_draft_can_be_ordered_again() -> None:
    chai = make_goods(price_minor=50_000)
    draft = save(line(chai, 2, price=40_000), note="As ever")
    first = order(draft)
    draft.refresh_from_db()

    copy = checkout.duplicate_draft(draft=draft, actor=STAFF)
    second = order(copy)

    assert (copy.note, copy.lines.get().price_minor) == ("As ever", 40_000)
    assert first.pk != second.pk
    assert second.total_minor == first.total_minor
