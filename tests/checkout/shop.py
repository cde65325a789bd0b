"""A shop with something to sell, for the tests of checkout, payments and fulfilment. Everything by the real services."""

from dataclasses import dataclass
from typing import Any, cast

from apps.carts import services as carts
from apps.catalog import services as catalog
from apps.catalog.inputs import PriceInput, ProductInput, VariantInput
from apps.checkout import services as checkout
from apps.checkout.details import CheckoutDetails
from apps.checkout.services import PlacedOrder
from apps.common.ids import random_token
from apps.fulfilment.models import Shipment
from apps.inventory import services as inventory
from apps.inventory.models import StockItem
from apps.orders.folding import read_order_state, rebuild_order_state
from apps.orders.models import Order
from apps.payments.checking import check_money
from apps.payments.models import Payment, Refund
from apps.payments.states import HELD_STATES
from apps.tenancy.context import current_store, use_actor
from tests.support.acting import GUEST, SYSTEM

ADDRESS = {
    "name": "Asha Rao",
    "line1": "12 Residency Road",
    "city": "Bengaluru",
    "region": "Karnataka",
    "postal_code": "560 025",
    "country": "IN",
    "phone": "98450 12345",
}


@dataclass(frozen=True)
class Goods:
    product: Any
    variant_ref: str
    sku: str


@use_actor(SYSTEM)
def make_goods(
    *, stock: int = 10, price_minor: int = 50_000, is_digital: bool = False, sku: str = ""
) -> Goods:
    """A product on sale with so many pieces of its only variant."""
    sku = sku or f"SKU-{random_token()[:8].upper()}".replace("_", "X")
    price = PriceInput(currency=current_store().currency, amount_minor=price_minor)
    product = catalog.save_product(
        data=ProductInput(
            title=f"Chai {sku}",
            status="active",
            is_digital=is_digital,
            variants=[VariantInput(sku=sku, prices=[price], weight_grams=250)],
        )
    )
    variant_ref = product.variants[0].id
    if not is_digital:
        inventory.receive_stock(variant_ref=variant_ref, sku=sku, quantity=stock)
    return Goods(product, variant_ref, sku)


def make_cart(*goods: Goods, quantity: int = 1) -> Any:
    cart = carts.get_or_create_cart()
    for each in goods:
        cart = carts.add_item(cart=cart, variant_ref=each.variant_ref, quantity=quantity)
    return cart


def details(**changes: Any) -> CheckoutDetails:
    values: dict[str, Any] = {
        "email": "asha@example.com",
        "shipping_address": ADDRESS,
        "shipping_method": "standard",
        "payment_method": "test",
    }
    return CheckoutDetails(**{**values, **changes})


class Placed(PlacedOrder):
    """With a payment, for the types; an order without a total has None there all the same."""

    payment: Payment


@use_actor(GUEST)
def place(cart: Any, **changes: Any) -> Placed:
    placed = checkout.place_order(cart=cart, details=details(**changes), actor=GUEST)
    return cast(Placed, placed)


def stock_of(goods: Goods) -> tuple[int, int, int]:
    """On hand, reserved, allocated."""
    item = StockItem.objects.get(variant_ref=goods.variant_ref)
    return item.on_hand, item.reserved, item.allocated


@use_actor(SYSTEM)
def assert_adds_up(order: Order) -> None:
    """The order's rows equal its events, and its money equals its payments and refunds."""
    order.refresh_from_db()
    assert rebuild_order_state(order) == read_order_state(order)
    captured = sum(Payment.objects.filter(order=order).values_list("captured_minor", flat=True))
    settled = Refund.objects.filter(payment__order=order, state="succeeded")
    refunded = sum(settled.values_list("amount_minor", flat=True))
    cash = sum(Shipment.objects.filter(order=order).values_list("cash_minor", flat=True))
    if order.payment_state == "partially_paid":
        assert 0 < captured == cash < order.payable_minor
        assert order.paid_at is None
    elif order.payment_state in ("authorized", "partially_captured"):
        held = Payment.objects.filter(order=order, state__in=HELD_STATES)
        assert captured + sum(each.held_minor for each in held) == order.payable_minor
        assert (order.payment_state == "authorized") == (captured == 0)
        assert order.paid_at is None
    elif order.payment_state == "underpaid":
        assert 0 < captured < order.payable_minor
        assert order.paid_at is None
    else:
        assert captured in (0, order.payable_minor)
        assert (order.paid_at is not None) == (captured > 0 or order.total_minor == 0)
    assert cash in (0, captured)
    assert order.refunded_minor == refunded
    assert check_money() == []
