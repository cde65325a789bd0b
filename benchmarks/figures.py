"""The business in figures with many stores: seconds of the nightly run, statements and milliseconds of its pages.

    python -m benchmarks.figures --stores 10000 --days 10

The stores are rows of the registry and of its days, written past the services in a transaction that is rolled back.
"""

import argparse
import os
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

from benchmarks.builds import MIGRATIONS, this_build

os.environ["POLYSTORE_LOCAL"] = str(this_build().state)
os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"

PAGES: Final = (
    ("Figures", "/admin/figures/?days=30"),
    ("Stores compared", "/admin/insight/storespan/?days=30&o=-8"),
    ("Stores", "/admin/platform/store/"),
)
FEW: Final = 10
_CHUNK: Final = 2_000


class UndoneError(Exception):
    """What was written is not kept."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.figures")
    parser.add_argument("--stores", type=int, default=10_000)
    parser.add_argument("--days", type=int, default=10)
    options = parser.parse_args()
    from config import embedded

    embedded.up()
    try:
        return _measure(options.stores, options.days)
    finally:
        embedded.down()


def _measure(stores: int, days: int) -> int:
    import django
    from django.core.management import call_command

    django.setup()
    for command in MIGRATIONS:
        call_command(command, verbosity=0)
    from apps.accounts.models import User
    from apps.common.ids import random_token
    from apps.platform.models import Store
    from apps.tenancy.context import outside_store, system_scope
    from apps.tenancy.transactions import atomic_on_platform
    from benchmarks.shop import open_store

    model = Store.objects.filter(slug="figures").first() or open_store("figures")[0]
    grew = False
    try:
        with outside_store(), system_scope("benchmark"), atomic_on_platform():
            staff = User.objects.create_superuser(
                f"{random_token()[:8]}@example.com", random_token()
            )
            _fill(model, range(FEW), days)
            _time_runs(FEW)
            few = _open_pages(staff)
            _fill(model, range(FEW, stores), days)
            _time_runs(stores)
            many = _open_pages(staff)
            grew = _print_pages(few, many)
            raise UndoneError
    except UndoneError:
        return int(grew)


def _fill(model: Any, numbers: range, days: int) -> None:
    from django.db import connections

    from apps.platform.models import Store, Subscription, UsageMetric

    subscription = Subscription.objects.filter(store=model).latest("created_at")
    for first in range(0, len(numbers), _CHUNK):
        stores = list(_copies(model, numbers[first : first + _CHUNK]))
        Store.objects.bulk_create(stores)
        Subscription.objects.bulk_create(_subscriptions(subscription, stores))
        UsageMetric.objects.bulk_create(_days_of(stores, days), batch_size=_CHUNK)
    with connections["platform"].cursor() as cursor:
        cursor.execute("ANALYZE")


def _copies(model: Any, numbers: range) -> Iterator[Any]:
    from apps.common.ids import new_id
    from apps.platform.models import Store

    fields = {f.attname: getattr(model, f.attname) for f in Store._meta.concrete_fields}
    for number in numbers:
        named = {"slug": f"figures-{number}", "schema_name": f"s_figures_{number}"}
        yield Store(**{**fields, **named, "id": new_id(), "name": f"Shop {number}"})


def _subscriptions(model: Any, stores: list[Any]) -> Iterator[Any]:
    from apps.platform.models import Subscription

    fields = {
        f.attname: getattr(model, f.attname)
        for f in Subscription._meta.concrete_fields
        if not f.primary_key
    }
    for store in stores:
        yield Subscription(**{**fields, "store_id": store.pk})


def _days_of(stores: list[Any], days: int) -> Iterator[Any]:
    from apps.common.clock import today
    from apps.platform.models import UsageMetric

    for number, store in enumerate(stores):
        for before in range(days):
            yield UsageMetric(
                store=store,
                on=today() - timedelta(days=before),
                orders_created=number % 30,
                orders_value_minor=number * 900,
                currency=store.currency,
                api_calls=number % 700,
                api_errors=number % 7,
                api_p50_ms=number % 90,
                api_p95_ms=number % 900,
            )


def _time_runs(stores: int) -> None:
    from apps.insight.rebuilding import rebuild_figures

    for name in ("first run, with the past of each store", "next run"):
        begin = time.perf_counter()
        changed = rebuild_figures().changed
        taken = time.perf_counter() - begin
        sys.stdout.write(f"{stores} stores, {name}: {taken:.1f} s, {changed} rows written\n")


def _open_pages(staff: Any) -> dict[str, tuple[int, float]]:
    """Statements and milliseconds by page, of the second call of each."""
    from django.conf import settings
    from django.db import connections
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(SERVER_NAME=settings.PLATFORM_HOSTS[0])
    client.force_login(staff)
    client.cookies["session_platform"] = client.cookies[settings.SESSION_COOKIE_NAME].value
    found = {}
    for name, address in PAGES:
        for _ in range(2):
            begin = time.perf_counter()
            with CaptureQueriesContext(connections["platform"]) as asked:
                answer = client.get(address)
            found[name] = len(asked), 1000 * (time.perf_counter() - begin)
            if answer.status_code != 200:
                raise RuntimeError(f"{address}: {answer.status_code}")
    return found


def _print_pages(few: dict[str, tuple[int, float]], many: dict[str, tuple[int, float]]) -> bool:
    """Does a page need more statements with many stores?"""
    for name, (statements, taken) in many.items():
        sys.stdout.write(
            f"{name}: {statements} statements, {taken:.0f} ms "
            f"({few[name][0]} and {few[name][1]:.0f} with {FEW} stores)\n"
        )
    return any(statements > few[name][0] for name, (statements, _) in many.items())


if __name__ == "__main__":
    sys.exit(main())
