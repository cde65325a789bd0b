"""Orders in every state, made by buying, paying and shipping, each at its time within the past weeks."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from apps.accounts.models import User
from apps.carts import services as carts
from apps.catalog.documents import Product
from apps.checkout import services as checkout
from apps.checkout.details import CheckoutDetails
from apps.common.actor import Actor, ActorKind
from apps.common.clock import moved_to, now
from apps.common.progress import Progress
from apps.demo.services.dates import after, placed_at
from apps.demo.services.stories import PAID_AT_THE_DOOR, STORIES, Story
from apps.demo.shops import Shop
from apps.inventory.selectors import get_availability
from apps.orders.models import Order

_AT_THE_BANK = timedelta(minutes=2)


def make_sales(*, shop: Shop, watch: Progress, stories: Sequence[Story] = STORIES) -> None:
    """An order for each story; those that are there count."""
    # the demo only has to look lively: a fixed seed makes it look the same every time
    chance = random.Random(shop.slug)  # noqa: S311
    products = list(Product.objects.all())
    for number in range(Order.objects.count(), len(stories)):
        moment = placed_at(number, len(stories), chance)
        with moved_to(moment):
            order = _buy(shop, products, number, stories[number], chance)
        if order is not None:
            _tell(stories[number], order, shop, moment, chance)
        watch((number + 1) / len(stories), f"{shop.name}: orders")


def _tell(story: Story, order: Order, shop: Shop, begin: datetime, chance: random.Random) -> None:
    """The story as far as it has come by today."""
    steps, moment, end = story(order, shop), begin + _AT_THE_BANK, now()
    while moment < end:
        with moved_to(moment):
            pause = next(steps, None)
        if pause is None:
            return
        moment = after(moment, pause, chance)


def _buy(
    shop: Shop, products: list[Product], number: int, story: Story, chance: random.Random
) -> Order | None:
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
