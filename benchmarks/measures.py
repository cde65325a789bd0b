"""The measurements: each figure with the limit it is compared to and the goal it should reach."""

import json
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache

from apps.placements.release import template
from apps.placements.shared_schema import SharedSchema, replay
from apps.platform.models import Store
from apps.platform.selectors import forget_addresses, get_store_by_host
from benchmarks import limits
from benchmarks.load import Request, Result, run_load
from benchmarks.shop import SLUG, open_store, register_hosts

HOST = f"{SLUG}.localhost"
ADDRESS = {
    "name": "Asha Rao", "line1": "12 Residency Road", "city": "Bengaluru",
    "region": "KA", "postal_code": "560025", "country": "IN",
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """`ratio` is the figure over its limit; for times less is better and `goal` says at most."""

    work: str
    figure: str
    limit: str
    ratio: float
    goal: str
    is_reached: bool


def measure_limits(port: int, seconds: float) -> dict[str, Result]:
    def hook(number: int) -> Request:
        body = b'{"number": %d}' % number
        return Request("POST", "/hook", "localhost", body, (("X-Signature", limits.sign(body)),))

    makers: dict[str, Callable[[int], Request]] = {
        "L_const": lambda number: Request("GET", "/constant", "localhost"),
        "L_list": lambda number: Request("GET", "/list", "localhost"),
        "L_hook": hook,
        "L_order": lambda number: Request(
            "POST", "/order", "localhost", b'{"number": %d}' % number
        ),
    }
    return {name: run_load(make, port=port, seconds=seconds) for name, make in makers.items()}


def measure_pages(
    port: int, seconds: float, measured: dict[str, Result], things: list[Any]
) -> list[Line]:
    listed = measured["L_list"].per_second
    page = run_load(
        lambda n: Request("GET", f"/product/{things[n % len(things)][0]}/", HOST),
        port=port,
        seconds=seconds,
    )
    api = run_load(
        lambda n: Request("GET", "/api/v1/products?limit=24", HOST), port=port, seconds=seconds
    )
    return [
        _rate("product page, anonymous, no page cache", page, "L_list", listed, 0.4),
        _rate("GET /api/v1/products, 24", api, "L_list", listed, 0.6),
    ]


def measure_buying(
    port: int, seconds: float, measured: dict[str, Result], things: list[Any]
) -> list[Line]:
    def add(number: int) -> Request:
        variant = things[number % len(things)][1][0]
        body = json.dumps({"variant_id": variant, "quantity": 1}).encode()
        return Request("POST", "/api/v1/cart/items", HOST, body)

    added = run_load(add, port=port, seconds=seconds)
    placed = run_load(_orders(port, things, seconds), port=port, seconds=seconds, warm_up=0)
    return [
        _rate(
            "add to cart (embedded documents)", added, "L_hook", measured["L_hook"].per_second, 0.3
        ),
        _rate("place an order", placed, "L_order", measured["L_order"].per_second, 0.3),
    ]


def _orders(port: int, things: list[Any], seconds: float) -> Callable[[int], Request]:
    """Carts are filled before the clock runs; each request places one of them."""
    import http.client

    tokens = []
    connection = http.client.HTTPConnection("127.0.0.1", port)
    for number in range(int(120 * seconds)):
        body = json.dumps({"variant_id": things[number % len(things)][1][0], "quantity": 1})
        headers = {"Host": HOST, "Content-Type": "application/json"}
        connection.request("POST", "/api/v1/cart/items", body, headers)
        answer = connection.getresponse()
        answer.read()
        tokens.append(answer.headers["X-Cart-Token"])
    order = json.dumps(
        {
            "email": "asha@example.com",
            "shipping_address": ADDRESS,
            "shipping_method": "standard",
            "payment_method": "test",
        }
    ).encode()

    def make(number: int) -> Request:
        headers = (
            ("X-Cart-Token", tokens[number % len(tokens)]),
            ("Idempotency-Key", f"bench-{time.time_ns()}"),
        )
        return Request("POST", "/api/v1/orders", HOST, order, headers)

    return make


def measure_opening(count: int = 10) -> list[Line]:
    """Request to `active`, against the raw replay of the same SQL into an empty schema."""
    stamp = f"{time.time_ns() // 1_000_000 % 10**9}"
    opened, raw = [], []
    for number in range(count):
        store, seconds = open_store(f"open{stamp}-{number}")
        opened.append(seconds)
        SharedSchema(store.active_store).drop()
        started = time.perf_counter()
        replay(store.active_store, template.get_template(), schema=store.schema_name)
        raw.append(time.perf_counter() - started)
    middle, floor = statistics.median(opened), statistics.median(raw)
    ratio = middle / floor
    return [
        Line(
            "open a store, request to active",
            f"{middle:.2f} s",
            f"raw replay {floor:.2f} s",
            ratio,
            "<= 2.0 and <= 1.5 s",
            ratio <= 2.0 and middle <= 1.5,
        )
    ]


def measure_finding() -> list[Line]:
    """From host to store with nothing cached in the process, among ten stores and among a thousand."""
    few = _time_finding()
    register_hosts(1_000)
    many = _time_finding()
    return [
        Line(
            f"find a store among {Store.objects.count()}",
            f"{many * 1e6:.0f} µs",
            f"among few {few * 1e6:.0f} µs",
            many / few,
            "<= 1.3",
            many / few <= 1.3,
        )
    ]


def _time_finding(times: int = 300) -> float:
    taken = []
    for _ in range(times):
        forget_addresses()
        cache.clear()
        started = time.perf_counter()
        assert get_store_by_host(HOST) is not None
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def _rate(work: str, result: Result, limit: str, per_second: float, goal: float) -> Line:
    bad = {status: count for status, count in result.statuses.items() if status >= 400}
    if bad:
        raise RuntimeError(f"{work}: answers {bad}")
    ratio = result.per_second / per_second
    return Line(
        work,
        f"{result.per_second:.0f}/s",
        f"{limit} {per_second:.0f}/s",
        ratio,
        f">= {goal}",
        ratio >= goal,
    )
