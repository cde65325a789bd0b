"""Gift cards as products, and orders of them."""

import re
from typing import Any

from apps.carts import services as carts
from apps.carts.gifts import GiftDetails
from apps.catalog import services as catalog
from apps.catalog.inputs import PriceInput, ProductInput, VariantInput
from apps.events.services import relay_outbox
from apps.orders.models import Order
from tests.checkout.shop import Goods, make_cart, place
from tests.payments.bank import pay_and_tell

ASHA = GiftDetails(
    recipient_name="Asha", recipient_email="asha@gift.example", sender_name="Ravi", message="Enjoy"
)
CODE = re.compile(r"[2-9A-Z]{4}(?:-[2-9A-Z]{4}){4}")


def make_voucher(**more: Any) -> Goods:
    price = PriceInput(currency="INR", amount_minor=100_000)
    values = {"own_from_minor": 20_000, "own_to_minor": 500_000, **more}
    product = catalog.save_product(
        data=ProductInput(
            title="Gift card",
            status="active",
            is_gift_card=True,
            variants=[VariantInput(sku="GIFT-1000", prices=[price])],
            **values,
        )
    )
    return Goods(product, product.variants[0].id, "GIFT-1000")


def put(cart: Any, voucher: Goods, gift: GiftDetails = ASHA, quantity: int = 1) -> Any:
    return carts.add_item(cart=cart, variant_ref=voucher.variant_ref, quantity=quantity, gift=gift)


def buy(voucher: Goods, *goods: Goods, gift: GiftDetails = ASHA, quantity: int = 1) -> Order:
    placed = place(put(make_cart(*goods), voucher, gift, quantity))
    pay_and_tell(placed.payment)
    relay_outbox()
    placed.order.refresh_from_db()
    return placed.order
