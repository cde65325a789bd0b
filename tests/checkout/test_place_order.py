"""From a cart to an order: what comes of it, and what is refused and undone."""

from dataclasses import replace
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection

from apps.carts import services as carts
from apps.carts.documents import Cart, CartStatus
from apps.carts.errors import CartChanged, CartEmpty
from apps.catalog import services as catalog
from apps.catalog.inputs import ProductInput
from apps.checkout import services as checkout
from apps.checkout.errors import (
    InvalidDetails,
    ItemsUnavailable,
    PriceChanged,
    ShippingUnavailable,
)
from apps.checkout.models import CheckoutFence
from apps.checkout.selectors import list_checkout_options
from apps.common.ids import new_id
from apps.events.models import OutboxMessage
from apps.gateways.errors import PaymentMethodUnavailable
from apps.gateways.models import TestGatewayCharge as Charge
from apps.inventory.errors import OutOfStock, words_for_short
from apps.inventory.models import Movement, Reservation, StockItem
from apps.inventory.selectors import check_ledger
from apps.orders.models import Order, OrderEvent, OrderLine
from apps.orders.services import creating
from apps.payments.models import Payment, PaymentMethod
from apps.platform.models import WakeUp
from apps.pricing.models import ShippingMethod
from tests.checkout.shop import (
    ADDRESS,
    assert_adds_up,
    details,
    make_cart,
    make_goods,
    place,
    stock_of,
)
from tests.payments.bank import pay_again
from tests.support.acting import GUEST
from tests.support.statements import count_statements

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_store", "system_scope")]


def stored(cart: Any) -> Cart:
    return Cart.objects.get(pk=cart.pk)


def assert_nothing_happened(cart: Any) -> None:
    assert stored(cart).status == CartStatus.OPEN
    assert not Order.objects.exists()
    assert not Payment.objects.exists()
    assert not Reservation.objects.exists()
    assert not OutboxMessage.objects.exists()
    assert check_ledger() == []


def test_an_order_keeps_what_was_bought_and_waits_for_its_payment() -> None:
    goods = make_goods(stock=5, price_minor=20_000)
    cart = make_cart(goods, quantity=2)

    placed = place(cart, note="Please ring twice.")

    order = Order.objects.get()
    assert placed.order == order
    assert (order.status, order.payment_state) == ("pending", "pending")
    assert order.subtotal_minor == 40_000
    assert order.total_minor == order.subtotal_minor + order.shipping_minor
    assert order.email == "asha@example.com"
    assert order.phone == "+919845012345"
    assert order.shipping_address["postal_code"] == "560025"
    assert order.billing_address == order.shipping_address
    assert order.note == "Please ring twice."
    line = OrderLine.objects.get()
    assert (line.sku, line.quantity, line.unit_price_minor) == (goods.sku, 2, 20_000)
    assert stock_of(goods) == (5, 2, 0)
    payment = Payment.objects.get()
    assert (payment.state, payment.amount_minor) == ("created", order.total_minor)
    assert placed.next_url == f"/payments/test/{payment.pk}/"
    assert Charge.objects.get().charge_ref == str(payment.pk)
    assert stored(cart).status == CartStatus.CLOSED
    assert CheckoutFence.objects.get(pk=order.pk).outcome == "placed"
    assert WakeUp.objects.exists()
    assert_adds_up(order)


@pytest.mark.parametrize("payment_method", ["test", "cash_on_delivery"])
def test_placing_an_order_takes_few_statements(payment_method: str) -> None:
    """Eleven INSERTs and a lock are two messages to PostgreSQL; MariaDB gets each on its own."""
    cart = make_cart(make_goods(), make_goods(), make_goods())
    cache.clear()
    list_checkout_options(cart, country="IN")  # ways to pay and automatic discounts are kept
    statements: list[str] = []

    with count_statements(statements):
        place(cart, payment_method=payment_method)

    most = 7 if connection.vendor == "postgresql" else 16
    assert len(statements) <= most, "\n".join(statements)


def test_an_order_whose_number_is_taken_gets_another_one(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = place(make_cart(make_goods())).order.number
    goods = make_goods(stock=5)
    numbers = iter([taken, "NEW1-NEW1"])
    monkeypatch.setattr(creating, "public_number", lambda: next(numbers))

    placed = place(make_cart(goods))

    assert placed.order.number == "NEW1-NEW1"
    assert Order.objects.count() == 2
    assert stock_of(goods) == (5, 1, 0)
    assert check_ledger() == []


def test_the_number_of_statements_does_not_grow_with_the_cart() -> None:
    small, large = make_cart(make_goods()), make_cart(*(make_goods() for _ in range(8)))
    few: list[str] = []
    many: list[str] = []
    list_checkout_options(small, country="IN", region="KA")  # as buyers look before

    with count_statements(few):
        place(small)
    with count_statements(many):
        place(large)

    assert len(few) == len(many)


def test_the_same_cart_again_answers_the_same_order() -> None:
    goods = make_goods()
    cart = make_cart(goods)
    as_read_before = stored(cart)

    first = place(cart)
    second = place(as_read_before)
    third = place(stored(cart))

    assert first.order.pk == second.order.pk == third.order.pk
    assert first.next_url == second.next_url == third.next_url
    assert Order.objects.count() == Payment.objects.count() == 1
    assert stock_of(goods) == (10, 1, 0)


def test_a_cart_that_changed_after_it_was_shown_is_not_ordered() -> None:
    goods = make_goods()
    cart = make_cart(goods)
    shown = stored(cart)
    carts.add_item(cart=cart, variant_ref=goods.variant_ref, quantity=1)

    with pytest.raises(CartChanged):
        place(shown)

    assert_nothing_happened(cart)


def test_an_empty_cart_is_refused() -> None:
    cart = carts.get_or_create_cart()

    with pytest.raises(CartEmpty):
        place(cart)

    assert_nothing_happened(cart)


def test_sold_out_gives_the_cart_back_and_says_what_is_left() -> None:
    goods, rare = make_goods(), make_goods(stock=3)
    cart = make_cart(goods, rare, quantity=3)
    place(make_cart(rare, quantity=2))
    before = Order.objects.count()

    with pytest.raises(OutOfStock) as refused:
        place(cart)

    assert refused.value.skus == [rare.sku]
    assert refused.value.details["available"] == {rare.sku: 1}
    assert Order.objects.count() == before
    assert stored(cart).status == CartStatus.OPEN
    assert stock_of(goods) == (10, 0, 0)
    assert stock_of(rare) == (3, 2, 0)
    assert check_ledger() == []


@pytest.mark.parametrize("is_counted", [True, False], ids=["sku changed", "never counted"])
def test_what_is_sold_out_has_its_title_and_todays_sku(is_counted: bool) -> None:
    goods = make_goods(stock=2)
    cart = make_cart(goods, quantity=2)
    stock = StockItem.objects.filter(variant_ref=goods.variant_ref)
    if is_counted:
        place(make_cart(goods))
        stock.update(sku="OLD-1")
    else:
        stock.update(variant_ref="another")

    with pytest.raises(OutOfStock) as refused:
        place(cart)

    left = 1 if is_counted else 0
    title = refused.value.details["names"][goods.sku]
    assert str(refused.value) == words_for_short(title, left)
    assert refused.value.details["available"] == {goods.sku: left}
    assert refused.value.details["variant_ids"] == [goods.variant_ref]
    assert goods.variant_ref not in str(refused.value)


def test_a_cart_given_back_can_be_ordered_after_it_was_changed() -> None:
    rare = make_goods(stock=3)
    cart = make_cart(rare, quantity=3)
    place(make_cart(rare, quantity=2))
    with pytest.raises(OutOfStock):
        place(cart)

    line = stored(cart).lines[0]
    smaller = carts.set_quantity(cart=stored(cart), line_id=line.id, quantity=1)
    placed = place(smaller)

    assert placed.order.lines.get().quantity == 1


def test_another_total_than_the_buyer_agreed_to_is_refused_with_the_new_one() -> None:
    goods = make_goods(price_minor=60_000)
    cart = make_cart(goods)

    with pytest.raises(PriceChanged) as refused:
        place(cart, expected_total_minor=59_999)

    assert refused.value.details["summary"]["total"] == {"amount": "600.00", "currency": "INR"}
    assert_nothing_happened(cart)
    assert place(stored(cart), expected_total_minor=60_000).order.total_minor == 60_000


def test_a_price_raised_after_it_was_shown_is_not_charged_in_silence() -> None:
    goods = make_goods(price_minor=60_000)
    cart = make_cart(goods)
    shown = list_checkout_options(cart, country="IN").quote
    assert shown is not None
    data = ProductInput.of(goods.product)
    dearer = replace(
        data.variants[0], prices=[replace(data.variants[0].prices[0], amount_minor=70_000)]
    )
    catalog.save_product(data=replace(data, variants=[dearer]), product=goods.product)

    with pytest.raises(PriceChanged):
        place(cart, expected_total_minor=shown.priced.total_minor)

    assert_nothing_happened(cart)


def test_a_product_taken_off_sale_is_named() -> None:
    goods, gone = make_goods(), make_goods()
    cart = make_cart(goods, gone)
    catalog.set_product_status(product=gone.product, status="archived")

    with pytest.raises(ItemsUnavailable) as refused:
        place(cart)

    assert [item["sku"] for item in refused.value.details["items"]] == [gone.sku]
    assert_nothing_happened(cart)


@pytest.mark.parametrize("code", ["", "teleport", "x" * 41])
def test_an_unknown_shipping_method_is_refused(code: str) -> None:
    cart = make_cart(make_goods())

    with pytest.raises((ShippingUnavailable, InvalidDetails)) as refused:
        place(cart, shipping_method=code)

    assert "shipping_method" in refused.value.fields
    assert_nothing_happened(cart)


def test_a_shipping_method_of_another_country_is_refused() -> None:
    ShippingMethod.objects.filter(code="standard").update(countries=["US"])
    cart = make_cart(make_goods())

    with pytest.raises(ShippingUnavailable) as refused:
        place(cart)

    assert refused.value.fields == {
        "shipping_address.country": ["We do not deliver to this country."]
    }
    assert_nothing_happened(cart)


def test_a_payment_method_that_is_switched_off_is_refused(settings: Any) -> None:
    cart = make_cart(make_goods())
    settings.PAYMENTS_TEST_GATEWAY = False
    PaymentMethod.objects.filter(gateway="cash_on_delivery").update(is_active=False)

    for code in ("test", "cash_on_delivery", "barter"):
        with pytest.raises(PaymentMethodUnavailable):
            place(stored(cart), payment_method=code)
    with pytest.raises(InvalidDetails) as refused:
        place(stored(cart), payment_method="")

    assert refused.value.fields == {"payment_method": ["Choose how to pay."]}
    assert_nothing_happened(cart)


def test_cash_on_delivery_counts_at_once() -> None:
    goods = make_goods()
    placed = place(make_cart(goods), payment_method="cash_on_delivery")

    assert placed.next_url == ""
    assert (placed.order.status, placed.order.payment_state) == ("processing", "cash_due")
    assert stock_of(goods) == (10, 0, 1)
    payment = Payment.objects.get()
    assert (payment.state, payment.expires_at) == ("pending", None)
    assert check_ledger() == []


def test_downloads_need_no_shipping_and_no_stock() -> None:
    goods = make_goods(is_digital=True)
    placed = place(make_cart(goods), shipping_method="")

    assert placed.order.shipping_minor == 0
    assert placed.order.shipping_method_code == ""
    assert not Movement.objects.exists()


def test_an_order_is_placed_even_when_the_gateway_is_silent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from apps.gateways.errors import GatewayUnavailable

    def silent(**_: Any) -> Any:
        raise GatewayUnavailable

    monkeypatch.setattr(checkout.placing.payments, "open_at_gateway", silent)
    placed = place(make_cart(make_goods()))
    monkeypatch.undo()

    assert placed.next_url == ""
    assert pay_again(placed.payment).next_url.endswith(f"{placed.payment.pk}/")


def test_a_customer_owns_the_order() -> None:
    from apps.accounts.models import User
    from apps.common.actor import Actor, ActorKind

    user = User.objects.create_user("asha@example.com", "secret-word-1")
    cart = carts.get_or_create_cart(customer_ref=str(user.pk))
    cart = carts.add_item(cart=cart, variant_ref=make_goods().variant_ref, quantity=1)

    placed = checkout.place_order(
        cart=cart, details=details(), actor=Actor(ActorKind.CUSTOMER, user.pk, user.email)
    )

    assert placed.order.customer_id == user.pk
    assert OrderEvent.objects.get(kind="order.created").actor_kind == "customer"


def test_a_guest_owns_nothing_but_the_link() -> None:
    placed = checkout.place_order(cart=make_cart(make_goods()), details=details(), actor=GUEST)

    assert placed.order.customer_id is None
    assert len(placed.order.access_token) >= 20


def test_a_fence_of_somebody_else_does_not_stop_an_order() -> None:
    CheckoutFence.objects.create(id=new_id(), outcome="abandoned")

    assert place(make_cart(make_goods())).order.number


def test_the_billing_address_can_be_another() -> None:
    billing = {**ADDRESS, "name": "Rao & Sons", "line1": "1 Market Street"}
    placed = place(make_cart(make_goods()), billing_address=billing)

    assert placed.order.billing_address["name"] == "Rao & Sons"
    assert placed.order.shipping_address["name"] == "Asha Rao"
