"""Orders in every state, made by buying, paying and shipping, each at its time within the past weeks."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext_noop

from apps.accounts.models import User
from apps.carts import services as carts
from apps.catalog.documents import Product
from apps.checkout import services as checkout
from apps.checkout.details import CheckoutDetails
from apps.common.actor import Actor, ActorKind
from apps.common.clock import moved_to, now
from apps.common.progress import Progress, make_message
from apps.demo.services.all_stories import STORIES
from apps.demo.services.dates import after, placed_at
from apps.demo.services.stories import OF_TWO_PARCELS, PAID_AT_THE_DOOR, Story
from apps.demo.shops import Shop
from apps.inventory.selectors import get_availability
from apps.orders.models import Order
from apps.payments import services as payments
from apps.payments.models import Refund
from apps.payments.states import RefundState

_AT_THE_BANK = timedelta(minutes=2)
_LOOKS = 9  # into a shop where some things are sold out


def make_sales(*, shop: Shop, watch: Progress, stories: Sequence[Story] = STORIES) -> None:
    """An order for each story; those that are there count."""
    # the demo only has to look lively: a fixed seed makes it look the same every time
    chance = random.Random(shop.slug)  # noqa: S311
    products = [each for each in Product.objects.all() if not each.is_digital]
    for number in range(Order.objects.filter(exchange_of=None).count(), len(stories)):
        moment = placed_at(number, len(stories), chance)
        with moved_to(moment):
            order = _buy(shop, products, number, stories[number], chance)
        if order is not None:
            _tell(stories[number], order, shop, moment, chance)
        watch(
            (number + 1) / len(stories),
            make_message(gettext_noop("%(shop)s: orders"), shop=shop.name),
        )


def _tell(story: Story, order: Order, shop: Shop, begin: datetime, chance: random.Random) -> None:
    """The steps of the story up to today."""
    steps, moment, end = story(order, shop), begin + _AT_THE_BANK, now()
    while moment < end:
        with moved_to(moment):
            pause = next(steps, None)
            _send_refunds(order)
        if pause is None:
            return
        moment = after(moment, pause, chance)


def _send_refunds(order: Order) -> None:
    """Deliver the messages now, at the demo's time, not at the start of the worker."""
    asked_for = Refund.objects.filter(payment__order=order, state=RefundState.REQUESTED)
    for refund in asked_for:
        payments.send_refund(refund_id=refund.pk)


def _buy(
    shop: Shop, products: list[Product], number: int, story: Story, chance: random.Random
) -> Order | None:
    buyer = _buyer(shop, number)
    cart = carts.get_or_create_cart(customer_ref=str(buyer.pk) if buyer else None)
    least = 2 if story in OF_TWO_PARCELS else 1
    for _ in range(_LOOKS):
        for product in chance.sample(products, chance.randint(1, 3)):
            variant, pieces = chance.choice(product.variants), chance.randint(least, 2)
            pieces = max(pieces, variant.quantity_rule.first)
            if get_availability([variant.id])[variant.id] >= 2:
                cart = carts.add_item(cart=cart, variant_ref=variant.id, quantity=pieces)
        if cart.lines:
            break
    else:
        return None
    email = buyer.email if buyer else f"guest{number}@example.com"
    placed = checkout.place_order(
        cart=cart,
        details=CheckoutDetails(
            email=email,
            shipping_address=shop.address_of(number),
            shipping_method="standard",
            payment_method="cash_on_delivery" if story in PAID_AT_THE_DOOR else "test",
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
