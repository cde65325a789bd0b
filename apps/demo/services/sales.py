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
from apps.common.money import part_of
from apps.common.progress import Progress
from apps.demo.shops import Shop
from apps.fulfilment import services as fulfilment
from apps.gateways import test as bank
from apps.inventory.selectors import get_availability
from apps.orders.models import Order
from apps.payments import services as payments
from apps.payments.models import Payment

STAFF = Actor(ActorKind.STAFF, None, "demo")
COUNT, DAYS = 44, 45
CARRIERS = {"INR": "Delhivery", "USD": "UPS"}


def make_sales(*, shop: Shop, watch: Progress) -> None:
    """`COUNT` orders in all; those that are there count."""
    # the demo only has to look lively: a fixed seed makes it look the same every time
    chance = random.Random(shop.slug)  # noqa: S311
    products = list(Product.objects.all())
    for number in range(Order.objects.count(), COUNT):
        order = _buy(shop, products, number, chance)
        if order is not None:
            STORIES[number % len(STORIES)](order, shop)
            _date_back(order, number, chance)
        watch((number + 1) / COUNT, f"{shop.name}: orders")


def _buy(shop: Shop, products: list[Product], number: int, chance: random.Random) -> Order | None:
    buyer = _buyer(shop, number)
    cart = carts.get_or_create_cart(customer_ref=str(buyer.pk) if buyer else None)
    for product in chance.sample(products, chance.randint(1, 3)):
        variant = chance.choice(product.variants)
        if get_availability([variant.id])[variant.id] >= 2:
            cart = carts.add_item(cart=cart, variant_ref=variant.id, quantity=chance.randint(1, 2))
    if not cart.lines:
        return None
    email = buyer.email if buyer else f"guest{number}@example.com"
    placed = checkout.place_order(
        cart=cart,
        details=CheckoutDetails(
            email=email,
            shipping_address=shop.address_of(number),
            shipping_method="standard",
            payment_method="cash_on_delivery" if _is_cash(number) else "test",
            language=shop.person(number).language or shop.language,
        ),
        actor=Actor(ActorKind.CUSTOMER, buyer.pk, email) if buyer else Actor.guest(email),
    )
    return placed.order


def _buyer(shop: Shop, number: int) -> User | None:
    """Two of three orders are customers', the rest are guests'."""
    if number % 3 == 2:
        return None
    return User.objects.get(email=shop.person(number).email)


def _is_cash(number: int) -> bool:
    return STORIES[number % len(STORIES)] in _CASH


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
    """All of it came back in good order, and the money went back with it."""
    _pay(order)
    shipment = _ship(order, shop)
    fulfilment.mark_delivered(shipment=shipment, actor=STAFF)
    _take_back(order, shipment, "Did not fit", credit=fulfilment.Credit())


def _partly_returned(order: Order, shop: Shop) -> None:
    """One piece arrived broken: written off and refunded."""
    _pay(order)
    shipment = _ship(order, shop)
    fulfilment.mark_delivered(shipment=shipment, actor=STAFF)
    line = order.lines.filter(is_digital=False)[0]
    fulfilment.receive_return(
        shipment=shipment,
        lines={line.pk: fulfilment.Pieces(write_off=1)},
        credit=fulfilment.Credit(),
        reason="Arrived broken",
        actor=STAFF,
    )


def _refused(order: Order, shop: Shop) -> None:
    """Cash was to be paid at the door, but the parcel was refused; the carrier is bringing it back."""
    fulfilment.expect_return(shipment=_ship(order, shop), reason="Not at home", actor=STAFF)


def _refused_and_back(order: Order, shop: Shop) -> None:
    shipment = _ship(order, shop)
    fulfilment.expect_return(shipment=shipment, reason="Refused at the door", actor=STAFF)
    _take_back(order, shipment, "Refused at the door")


def _rest_cancelled(order: Order, shop: Shop) -> None:
    """Half was sent; the rest could not be had."""
    _partly_shipped(order, shop)
    order.refresh_from_db()
    if order.shipments.exists() and any(line.open_quantity for line in order.lines.all()):
        fulfilment.cancel_rest(order=order, reason="No longer made", actor=STAFF)


def _take_back(
    order: Order, shipment: Any, reason: str, credit: fulfilment.Credit | None = None
) -> None:
    back = order.lines.filter(is_digital=False)
    fulfilment.receive_return(
        shipment=shipment,
        lines={line.pk: fulfilment.Pieces(restock=line.quantity) for line in back},
        credit=credit,
        reason=reason,
        actor=STAFF,
    )


def _cancelled(order: Order, shop: Shop) -> None:
    fulfilment.cancel(order=order, reason="Changed their mind", actor=STAFF)


def _refunded(order: Order, shop: Shop) -> None:
    payments.refund_payment(payment=_pay(order), reason="Arrived broken", actor=STAFF)


def _partly_refunded(order: Order, shop: Shop) -> None:
    payment = _pay(order)
    payments.refund_payment(
        payment=payment,
        amount_minor=part_of(payment.captured_minor, 1, 4),
        reason="A scratch",
        actor=STAFF,
    )


def _cash_waiting(order: Order, shop: Shop) -> None:
    """To be paid at the door."""


def _cash_delivered(order: Order, shop: Shop) -> None:
    fulfilment.mark_delivered(shipment=_ship(order, shop), actor=STAFF)


_CASH = (_cash_waiting, _cash_delivered, _refused, _refused_and_back)
STORIES: tuple[Callable[[Order, Shop], None], ...] = (
    _delivered, _paid, _shipped, _delivered, _cash_waiting, _delivered, _partly_shipped, _cancelled, _delivered,
    _refunded, _shipped, _cash_delivered, _refused, _paid, _declined, _delivered, _partly_refunded, _returned,
    _partly_returned, _refused_and_back, _rest_cancelled, _waiting,
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
