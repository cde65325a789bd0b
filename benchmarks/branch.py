"""How long a live store takes to become a sandbox: 2,000 products, 5,000 orders with their lines, events and payments."""

import secrets
import time
import uuid
from collections.abc import Callable
from typing import Any

from django.db.models import Model

from apps.carts import services as carts
from apps.checkout import services as checkout
from apps.checkout.details import CheckoutDetails
from apps.common.actor import Actor
from apps.operations import sandboxes
from apps.orders.models import Order, OrderEvent, OrderLine
from apps.payments.models import Payment
from apps.platform.models import Store
from apps.tenancy.context import use_store
from benchmarks.lines import Line
from benchmarks.shop import ensure_shop, open_store

SLUG = "bench-branch"
PRODUCTS, ORDERS, LINES = 2_000, 5_000, 3
ADDRESS = {
    "name": "Asha Rao",
    "line1": "12 Residency Road",
    "city": "Bengaluru",
    "region": "Karnataka",
    "postal_code": "560025",
    "country": "IN",
    "phone": "9845012345",
}


def measure_branch() -> list[Line]:
    """The goal is ten seconds; opening an empty store is the limit that nothing can be faster than."""
    goods = ensure_shop(SLUG, products=PRODUCTS)
    live = Store.objects.get(slug=SLUG)
    with use_store(live):
        _fill(goods)
        rows = Order.objects.count()
    _store, opening = open_store(f"empty-{secrets.token_hex(3)}")
    started = time.perf_counter()
    cpu = time.process_time()
    sandbox = sandboxes.branch_store(live, slug=f"branch-{secrets.token_hex(3)}")
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    sandboxes.discard_branch(sandbox)
    return [
        Line(
            f"branch a store of {PRODUCTS:,} products and {rows:,} orders",
            f"{seconds:.1f} s ({cpu:.1f} s of them our own code)",
            f"opening an empty one {opening:.2f} s",
            seconds / opening,
            "<= 10 s",
            seconds <= 10,
        )
    ]


def _fill(goods: list[Any]) -> None:
    """One order by the real services, multiplied: what is measured reads rows, however they came to be."""
    if Order.objects.count() >= ORDERS:
        return
    cart = carts.get_or_create_cart()
    for _slug, variants in goods[:LINES]:
        cart = carts.add_item(cart=cart, variant_ref=variants[0], quantity=1)
    details = CheckoutDetails(
        email="asha@example.com",
        shipping_address=ADDRESS,
        shipping_method="standard",
        payment_method="test",
    )
    first = checkout.place_order(cart=cart, details=details, actor=Actor.guest()).order
    missing = range(Order.objects.count(), ORDERS)
    keys = [uuid.uuid4() for _number in missing]
    numbers = [f"B-{number}" for number in missing]
    pairs = list(zip(keys, numbers, strict=True))
    _copy(first, pairs, _renamed)
    for model in (OrderLine, OrderEvent, Payment):
        for row in model._base_manager.filter(order=first):
            _copy(row, pairs, _belonging)


def _renamed(row: Any, key: uuid.UUID, number: str) -> None:
    row.pk, row.number, row.access_token = key, number, secrets.token_hex(16)


def _belonging(row: Any, key: uuid.UUID, _number: str) -> None:
    row.pk, row.order_id = uuid.uuid4(), key


def _copy(
    row: Model, pairs: list[tuple[uuid.UUID, str]], change: Callable[[Any, uuid.UUID, str], None]
) -> None:
    model = type(row)
    values = {field.attname: getattr(row, field.attname) for field in model._meta.concrete_fields}
    copies = []
    for key, number in pairs:
        copy = model(**values)
        change(copy, key, number)
        copies.append(copy)
    model._base_manager.bulk_create(copies, batch_size=500)
