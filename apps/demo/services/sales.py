"""Orders in every state, made by buying, paying and shipping; then spread over the past weeks."""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from apps.accounts.models import User
from apps.carts import services as carts
from apps.catalog.documents import Product
from apps.checkout import services as checkout
from apps.checkout.details import CheckoutDetails
from apps.common.actor import Actor, ActorKind
from apps.common.clock import now
from apps.demo.shops import Shop
from apps.fulfilment import services as fulfilment
from apps.inventory.selectors import get_availability
from apps.orders.models import Order
from apps.payments import services as payments
from apps.payments.gateways import test as bank
from apps.payments.models import Payment

STAFF = Actor(ActorKind.STAFF, None, "demo")
COUNT, DAYS = 42, 45
CARRIERS = {"INR": "Delhivery", "USD": "UPS"}


def make_sales(*, shop: Shop, progress: Any) -> None:
    """`COUNT` orders in all; those that are there count."""
    # the demo only has to look lively: a fixed seed makes it look the same every time
    chance = random.Random(shop.slug)  # noqa: S311
    products = list(Product.objects.all())
    for number in range(Order.objects.count(), COUNT):
        order = _buy(shop, products, number, chance)
        if order is not None:
            STORIES[number % len(STORIES)](order, shop)
            _date_back(order, number, chance)
        progress(f"{shop.name}: orders", number + 1, COUNT)


def _buy(shop: Shop, products: list[Product], number: int, chance: random.Random) -> Order | None:
    buyer = _buyer(shop, number)
    cart = carts.get_or_create_cart(customer_ref=str(buyer.pk) if buyer else None)
    for product in chance.sample(products, chance.randint(1, 3)):
        variant = product.variants[0]
        if get_availability([variant.id])[variant.id] >= 2:
            cart = carts.add_item(cart=cart, variant_ref=variant.id, quantity=chance.randint(1, 2))
    if not cart.lines:
        return None
    email = buyer.email if buyer else f"guest{number}@example.com"
    placed = checkout.place_order(
        cart=cart,
        details=CheckoutDetails(
            email=email,
            shipping_address=_address(shop, number),
            shipping_method="standard",
            payment_method="cash_on_delivery" if _is_cash(number) else "test",
            language=shop.language,
        ),
        actor=Actor(ActorKind.CUSTOMER, buyer.pk, email) if buyer else Actor.guest(email),
    )
    return placed.order


def _buyer(shop: Shop, number: int) -> User | None:
    """Two of three orders are customers', the rest are guests'."""
    if number % 3 == 2:
        return None
    first, last = shop.people[number % len(shop.people)]
    return User.objects.get(email=f"{first}.{last}@example.com".lower())


def _address(shop: Shop, number: int) -> dict[str, str]:
    first, last = shop.people[number % len(shop.people)]
    place = shop.addresses[number % len(shop.addresses)]
    return {"name": f"{first} {last}", "country": shop.country, **place}


def _is_cash(number: int) -> bool:
    return STORIES[number % len(STORIES)] in (_cash_waiting, _cash_delivered)


def _pay(order: Order) -> Payment:
    payment = order.payments.get()
    bank.choose(bank.get_charge(str(payment.pk)), bank.State.PAID)
    payments.settle_from_gateway(payment=payment)
    return order.payments.get()


def _ship(order: Order, shop: Shop, lines: Any = None) -> Any:
    order.refresh_from_db()
    return fulfilment.ship_order(
        order=order,
        lines=lines,
        carrier=CARRIERS[shop.currency],
        tracking_number=f"{shop.slug[:2].upper()}{order.pk.int % 10**10:010d}",
        actor=STAFF,
    )


def _waiting(order: Order, shop: Shop) -> None:
    """Opened at the bank, not paid yet."""


def _declined(order: Order, shop: Shop) -> None:
    payment = order.payments.get()
    bank.choose(bank.get_charge(str(payment.pk)), bank.State.DECLINED)
    payments.settle_from_gateway(payment=payment)


def _paid(order: Order, shop: Shop) -> None:
    _pay(order)


def _shipped(order: Order, shop: Shop) -> None:
    _pay(order)
    _ship(order, shop)


def _partly_shipped(order: Order, shop: Shop) -> None:
    _pay(order)
    line = order.lines.order_by("-quantity")[0]
    if order.lines.count() > 1 or line.quantity > 1:
        _ship(order, shop, {line.pk: 1})


def _delivered(order: Order, shop: Shop) -> None:
    _pay(order)
    fulfilment.mark_delivered(shipment=_ship(order, shop), actor=STAFF)


def _returned(order: Order, shop: Shop) -> None:
    _pay(order)
    shipment = _ship(order, shop)
    fulfilment.mark_delivered(shipment=shipment, actor=STAFF)
    fulfilment.receive_return(
        shipment=shipment,
        lines={
            line.pk: fulfilment.Pieces(restock=line.quantity)
            for line in order.lines.filter(is_digital=False)
        },
        reason="Did not fit",
        actor=STAFF,
    )


def _cancelled(order: Order, shop: Shop) -> None:
    fulfilment.cancel(order=order, reason="Changed their mind", actor=STAFF)


def _refunded(order: Order, shop: Shop) -> None:
    payments.refund_payment(payment=_pay(order), reason="Arrived broken", actor=STAFF)


def _partly_refunded(order: Order, shop: Shop) -> None:
    payment = _pay(order)
    payments.refund_payment(
        payment=payment, amount_minor=payment.captured_minor // 4, reason="A scratch", actor=STAFF
    )


def _cash_waiting(order: Order, shop: Shop) -> None:
    """To be paid at the door."""


def _cash_delivered(order: Order, shop: Shop) -> None:
    fulfilment.mark_delivered(shipment=_ship(order, shop), actor=STAFF)


STORIES: tuple[Callable[[Order, Shop], None], ...] = (
    _delivered, _paid, _shipped, _delivered, _cash_waiting, _delivered, _partly_shipped, _cancelled, _delivered,
    _refunded, _shipped, _cash_delivered, _paid, _declined, _delivered, _partly_refunded, _returned, _waiting,
)  # fmt: skip


def _date_back(order: Order, number: int, chance: random.Random) -> None:
    """Older orders first, so that the dashboard has a past. The order's history keeps the real moments."""
    days = DAYS * (COUNT - number) / COUNT - chance.random()
    moved = timedelta(days=max(days, 0))
    order.refresh_from_db()
    times = {
        name: getattr(order, name) - moved
        for name in ("placed_at", "paid_at", "shipped_at", "delivered_at", "cancelled_at")
        if getattr(order, name)
    }
    Order.objects.filter(pk=order.pk, placed_at__gt=now() - timedelta(hours=1)).update(**times)
