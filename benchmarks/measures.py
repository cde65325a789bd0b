"""The measurements: each figure with the limit it is compared to and the goal it should reach."""

import statistics
import time

from django.core.cache import cache

from apps.placements.release import template
from apps.placements.shared_schema import SharedSchema, replay
from apps.platform.models import Store
from apps.platform.selectors import forget_addresses, get_store_by_host
from benchmarks.lines import Line
from benchmarks.shop import SLUG, open_store, register_hosts, remove_hosts

HOST = f"{SLUG}.localhost"


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
    if not Store.objects.filter(slug=SLUG).exists():
        open_store(SLUG)
    few = _time_finding()
    register_hosts(1_000)
    try:
        many, count = _time_finding(), Store.objects.count()
    finally:
        remove_hosts()
    return [
        Line(
            f"find a store among {count}",
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
