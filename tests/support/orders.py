"""Orders by the real service."""

from typing import Any
from uuid import UUID

from apps.common.actor import Actor
from apps.common.ids import new_id
from apps.orders import services as orders
from apps.orders.models import Order
from apps.orders.states import OrderPaymentState
from apps.pricing.services import PricedLine, PricedOrder
from apps.tenancy.context import use_actor

CHECKOUT = Actor.system("checkout")


def price_line(*, quantity: int = 1, unit_price_minor: int = 1000, **fields: Any) -> PricedLine:
    """A line of tea without tax."""
    amount = quantity * unit_price_minor
    values = {
        "product_ref": "64b0c0ffee64b0c0ffee0001",
        "variant_ref": str(new_id()),
        "sku": "TEA-250",
        "title": "Tea",
        "variant_title": "250 g",
        "image_url": "",
        "is_digital": False,
        "weight_grams": 250,
        "quantity": quantity,
        "unit_price_minor": unit_price_minor,
        "subtotal_minor": amount,
        "discount_minor": 0,
        "net_minor": amount,
        "tax_minor": 0,
        "tax_percent": "0",
        "hsn_code": "",
        "tax_name": "",
        "tax_components": (),
        "total_minor": amount,
    }
    return PricedLine(**{**values, **fields})


def price_basket(*lines: PricedLine) -> PricedOrder:
    total = sum(line.total_minor for line in lines)
    return PricedOrder(
        currency="INR",
        prices_include_tax=True,
        lines=tuple(lines),
        subtotal_minor=total,
        discount_minor=0,
        shipping_minor=0,
        shipping_tax_minor=0,
        shipping_total_minor=0,
        tax_minor=0,
        total_minor=total,
    )


@use_actor(CHECKOUT)
def place(
    *lines: PricedLine,
    checkout_id: UUID | None = None,
    payment_state: OrderPaymentState = OrderPaymentState.UNPAID,
    customer_id: UUID | None = None,
) -> Order:
    """An order by the real service; two pieces of tea unless told otherwise."""
    return orders.create_order(
        checkout_id=checkout_id or new_id(),
        cart_ref="64b0c0ffee64b0c0ffee0002",
        priced=price_basket(*(lines or (price_line(quantity=2),))),
        buyer=orders.Buyer(email="asha@example.com", phone="+91 1", customer_id=customer_id),
        shipping_address={"name": "Asha", "country": "IN"},
        billing_address={"name": "Asha", "country": "IN"},
        shipping_method=None,
        language="en",
        payment_state=payment_state,
    )
