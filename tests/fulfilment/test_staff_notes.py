"""What staff note about an order: a hold keeps it here, tags find it, its buyer reads what is for the buyer alone."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from apps.common.clock import now
from apps.common.errors import InvalidInput
from apps.events.services import relay_outbox
from apps.fulfilment import services as fulfilment
from apps.fulfilment.errors import NothingToShip
from apps.notifications.models import SentMail
from apps.orders import services as orders
from apps.orders.errors import NothingToHold, OrderOnHold
from apps.orders.models import Order, OrderTag
from apps.orders.selectors import list_tags
from apps.payments.models import Capture, Payment, PaymentAttempt, PaymentSettings
from apps.payments.warning_signs import warning_signs
from apps.tenancy.context import use_actor
from tests.api.shop import Api
from tests.checkout.shop import ADDRESS, assert_adds_up, make_cart, make_goods, place
from tests.payments.bank import pay_and_tell
from tests.support.acting import STAFF

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("acting")]


@pytest.fixture
def acting(in_store: Any) -> Iterator[None]:
    with use_actor(STAFF):
        yield


def paid(**changes: Any) -> Order:
    placed = place(make_cart(make_goods()), **changes)
    pay_and_tell(placed.payment)
    return Order.objects.get(pk=placed.order.pk)


def test_an_order_on_hold_is_not_shipped_and_no_money_is_taken_for_its_parcel() -> None:
    PaymentSettings.objects.update_or_create(
        key="store", defaults={"capture": PaymentSettings.Capture.AT_SHIPMENT}
    )
    order = paid()
    stale = Order.objects.get(pk=order.pk)
    orders.hold_order(order=order, reason="Ring  the customer", actor=STAFF)

    with pytest.raises(OrderOnHold, match="Ring the customer"):
        fulfilment.ship_order(order=stale, actor=STAFF)
    assert not Capture.objects.exists()
    assert_adds_up(order)

    orders.release_order(order=order, actor=STAFF)
    orders.release_order(order=order, actor=STAFF)
    fulfilment.ship_order(order=order, actor=STAFF)
    with pytest.raises(NothingToHold):
        orders.hold_order(order=order, reason="Too late", actor=STAFF)
    assert order.events.filter(kind="order.hold_released").count() == 1
    assert_adds_up(order)
    with pytest.raises(NothingToShip):
        fulfilment.ship_order(order=order, actor=STAFF)


def test_a_hold_does_not_keep_stock_for_an_order_that_is_not_paid_in_time() -> None:
    placed = place(make_cart(make_goods()))
    orders.hold_order(order=placed.order, reason="Odd address", actor=STAFF)
    Payment.objects.update(expires_at=now() - timedelta(minutes=1))
    assert fulfilment.expire_unpaid_orders() == 1
    order = Order.objects.get(pk=placed.order.pk)
    assert (order.is_cancelled, order.is_on_hold) == (True, False)
    assert_adds_up(order)


def test_tags_have_one_form_and_are_replaced_as_a_whole() -> None:
    order = paid()
    given = orders.set_tags(order=order, tags=[" #VIP ", "vip", "Für  Oma", ""], actor=STAFF)
    assert given == ["fur oma", "vip"] == list_tags()
    orders.set_tags(order=order, tags=["vip"], actor=STAFF)
    orders.set_tags(order=order, tags=["vip"], actor=STAFF)
    assert [each.tag for each in OrderTag.objects.all()] == ["vip"]
    texts = [event.data["text"] for event in order.events.filter(kind="order.tagged")]
    assert texts == ["+fur oma +vip", "−fur oma"]
    for wrong in (["x" * 41], ["a\x00b"], [f"t{number}" for number in range(21)]):
        with pytest.raises(InvalidInput):
            orders.set_tags(order=order, tags=wrong, actor=STAFF)
    assert_adds_up(order)


def test_the_buyer_reads_what_is_for_the_buyer_and_nothing_else(store: Any) -> None:
    order = paid()
    orders.add_note(order=order, text="He haggles.", actor=STAFF)
    orders.hold_order(order=order, reason="Smells of fraud", actor=STAFF)
    orders.set_tags(order=order, tags=["rude"], actor=STAFF)
    orders.write_to_buyer(
        order=order, text="We pack it\nat <b>noon</b>.", is_mailed=False, actor=STAFF
    )
    orders.write_to_buyer(order=order, text="It leaves today.", is_mailed=True, actor=STAFF)
    relay_outbox()
    relay_outbox()

    page = Api(store).get(f"/orders/{order.access_token}/").content.decode()
    assert "We pack it<br>at &lt;b&gt;noon&lt;/b&gt;." in page
    assert "It leaves today." in page
    for hidden in ("haggles", "fraud", "rude", "On hold"):
        assert hidden not in page
    mail = SentMail.objects.get(template="order_message")
    assert "It leaves today." in mail.text
    assert "noon" not in mail.text


def test_signs_of_fraud_are_counted_and_said() -> None:
    assert warning_signs(paid(email="calm@example.com", phone="98450 11111")) == []
    hurried = [
        place(make_cart(make_goods()), email="hurried@example.com", phone="98450 22222")
        for _ in range(3)
    ][-1]
    for _ in range(3):
        PaymentAttempt.objects.create(
            payment=hurried.payment, outcome="declined", amount_minor=1, currency="INR"
        )
    found = warning_signs(Order.objects.get(pk=hurried.order.pk))
    assert found == [
        "3 attempts to pay were declined.",
        "3 orders within an hour with this e-mail address.",
        "3 orders within an hour with this phone number.",
    ]
    abroad = paid(
        billing_address={**ADDRESS, "country": "DE", "postal_code": "10115", "region": ""}
    )
    assert warning_signs(abroad)[0] == "The bill goes to Germany, the parcel to India."


def test_a_first_order_far_above_the_others_is_a_sign(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.payments.warning_signs.ENOUGH", 2)
    for number in range(2):
        paid(email=f"usual{number}@example.com", phone=f"98450 3333{number}")
    goods = make_goods(price_minor=900_000)
    for expected in (1, 0):
        placed = place(make_cart(goods), email="new@example.com", phone="")
        assert len(warning_signs(placed.order)) == expected, "the second order is no first one"
