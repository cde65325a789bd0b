"""The API log: what a million calls a day cost the worker and PostgreSQL, of one core, and how long a day takes to drop.

python -m benchmarks.api_log --calls 200000
"""

import argparse
import os
import resource
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

from benchmarks.builds import MIGRATIONS, this_build

os.environ["POLYSTORE_LOCAL"] = str(this_build().state)
os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"

A_DAY: Final = 1_000_000
DAY_SECONDS: Final = 86_400
GOAL_SHARE: Final = 0.05
GOAL_DROP: Final = 1.0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.api_log")
    parser.add_argument("--calls", type=int, default=200_000)
    options = parser.parse_args()
    from config import embedded

    embedded.up()
    try:
        return _measure(options.calls)
    finally:
        embedded.down()


def _measure(calls: int) -> int:
    import django
    from django.core.management import call_command

    django.setup()
    for command in MIGRATIONS:
        call_command(command, verbosity=0)
    from apps.common.clock import moved_to, now
    from apps.metering.api_log.queue import push
    from apps.metering.api_log.writing import prune_log, store_calls
    from apps.platform.models import Store
    from benchmarks.shop import open_store

    store = Store.objects.filter(slug="calls").first() or open_store("calls")[0]
    then = now() + timedelta(days=400)
    with moved_to(then):
        push(list(_make_calls(store.pk, calls)))
        begin, before = time.perf_counter(), _processor_time()
        while store_calls():
            pass
        # PostgreSQL's part is at most the time that the worker waited for it
        seconds, own = time.perf_counter() - begin, _processor_time() - before
    with moved_to(then + timedelta(days=100)):
        begin = time.perf_counter()
        prune_log()
        dropped = time.perf_counter() - begin
    share = seconds / calls * A_DAY / DAY_SECONDS
    sys.stdout.write(
        f"{calls} calls in {seconds:.1f} s ({own:.1f} s of the worker's processor): a million a day are "
        f"{share:.2%} of a core (goal {GOAL_SHARE:.0%}); dropped in {dropped:.2f} s (goal {GOAL_DROP:.0f} s)\n"
    )
    return 0 if share <= GOAL_SHARE and dropped < GOAL_DROP else 1


def _make_calls(store_id: Any, count: int) -> Iterator[Any]:
    from apps.common.clock import now, today
    from apps.common.ids import new_id
    from apps.metering.api_log.calls import ApiCallFacts

    key, on, at = new_id(), today(), now()
    for number in range(count):
        yield ApiCallFacts(
            id=new_id(),
            store_id=store_id,
            on=on,
            at=at,
            key_id=key,
            key_name="ERP",
            method="GET",
            endpoint="/api/v1/products/<str:product_id>",
            status=200,
            duration_ms=number % 500,
            error="",
            address="203.0.113.77",
            user_agent="erp/2.1 (python-requests/2.32)",
            request_id="0123456789abcdef",
        )


def _processor_time() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    sys.exit(main())
