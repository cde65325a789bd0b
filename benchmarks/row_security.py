"""What row level security costs: the latest 20 orders of a customer, with and without, in turns on the same rows.

`make bench ARGS="--only row-security"` runs this one alone.
"""

import random
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import connections

from apps.accounts.models import User
from apps.common.actor import Actor, ActorKind
from apps.common.ids import new_id, public_number
from apps.orders.models import Order
from apps.platform.models import Store
from apps.tenancy.context import system_scope, use_store
from benchmarks.lines import Line
from benchmarks.shop import open_store

CUSTOMERS, ORDERS, LATEST = 200, 20_000, 20
ROUNDS, REQUESTS = 9, 150
SLUG = "rows"
GOAL = 1.15


def measure_row_security() -> list[Line]:
    """A request is: a connection out of the pool, the scope told, the query, the connection back."""
    store = Store.objects.filter(slug=SLUG).first() or open_store(SLUG)[0]
    with system_scope("benchmark"), use_store(store):
        customers = _fill()
    times: dict[tuple[str, bool], list[float]] = {}
    for _ in range(ROUNDS):
        for guarded in (True, False):
            _switch(store, guarded)
            for name, latest in (("ORM filter", _own), ("no filter", _all)):
                if guarded or name == "ORM filter":
                    spent = _time(store, customers, latest)
                    times.setdefault((name, guarded), []).append(spent)
    _switch(store, True)
    without = min(times["ORM filter", False])
    lines = []
    for name in ("ORM filter", "no filter"):
        spent = min(times[name, True])
        lines.append(
            Line(
                work=f"latest {LATEST} of {ORDERS:,} orders, row security on, {name}",
                figure=f"{spent:.2f} ms",
                limit=f"off: {without:.2f} ms",
                ratio=spent / without,
                goal=f"<= {GOAL}" if name == "ORM filter" else "",
                is_reached=name != "ORM filter" or spent / without <= GOAL,
            )
        )
    return lines


def _own(customer: UUID) -> list[Any]:
    return list(Order.objects.filter(customer_id=customer).order_by("-id")[:LATEST])


def _all(_customer: UUID) -> list[Any]:
    return list(Order.objects.order_by("-id")[:LATEST])


def _time(store: Store, customers: list[UUID], latest: Callable[[UUID], list[Any]]) -> float:
    """Milliseconds for a request, on average."""
    chosen = random.Random(1).choices(customers, k=REQUESTS)
    active = store.active_store
    started = time.perf_counter()
    for customer in chosen:
        with use_store(active, Actor(ActorKind.CUSTOMER, customer, "")):
            rows = latest(customer)
            connections["default"].close()
        if len(rows) != LATEST or any(row.customer_id != customer for row in rows):
            raise AssertionError("The query showed other rows than the customer's own.")
    return (time.perf_counter() - started) * 1000 / REQUESTS


def _switch(store: Store, guarded: bool) -> None:
    verb = "ENABLE" if guarded else "DISABLE"
    with system_scope("benchmark"), use_store(store), connections["default"].cursor() as cursor:
        cursor.execute(f"ALTER TABLE orders_order {verb} ROW LEVEL SECURITY")


def _fill() -> list[UUID]:
    """The customers' keys, made with their orders where they are not there yet."""
    if Order.objects.count() < ORDERS:
        User.objects.bulk_create(
            [User(email=f"{n}@rows.example", password="!") for n in range(CUSTOMERS)]
        )
        people = list(User.objects.values_list("pk", flat=True))
        for start in range(0, ORDERS, 1000):
            Order.objects.bulk_create(
                Order(
                    id=new_id(),
                    number=public_number(groups=3),
                    customer_id=people[n % len(people)],
                    email="x@rows.example",
                    currency="INR",
                )
                for n in range(start, start + 1000)
            )
        with connections["default"].cursor() as cursor:
            cursor.execute("ANALYZE orders_order")
    return list(User.objects.values_list("pk", flat=True))
