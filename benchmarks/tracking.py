"""ClickPost's webhooks in a queue: messages a second, statements and document commands of each, and the memory of the workers.

    python -m benchmarks.tracking --messages 10000 --workers 2

The messages are in the inbox already, in random order; every parcel has fifty, every fifth message is a double of another scan.
"""

import argparse
import os
import random
import resource
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

from benchmarks.builds import MIGRATIONS, this_build

os.environ["POLYSTORE_LOCAL"] = str(this_build().state)
os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"

EACH: Final = 50
GOAL: Final = 300.0
COUNTED: Final = 200


def main() -> int:
    options = _read_arguments()
    from config import embedded

    embedded.up()
    try:
        return _measure(options)
    finally:
        embedded.down()


def _measure(options: argparse.Namespace) -> int:
    import django
    from django.core.management import call_command
    from pymongo import monitoring

    commands = _Commands()

    class Listener(monitoring.CommandListener):
        started = staticmethod(commands.started)
        succeeded = staticmethod(commands.ended)
        failed = staticmethod(commands.ended)

    monitoring.register(Listener())
    django.setup()
    for command in MIGRATIONS:
        call_command(command, verbosity=0)
    from apps.tenancy.context import system_scope, use_store

    with system_scope("benchmark"):
        store = _prepare()
        with use_store(store):
            parcels = _send_parcels(max(options.messages // EACH, 1))
            _fill(parcels[:4], COUNTED)
            statements, documents = _count(commands)
            _fill(parcels, options.messages)
        taken, memory = _work(store, options.workers)
    rate = options.messages / taken
    sys.stdout.write(
        f"{options.messages} messages, {options.workers} workers: {rate:.0f} a second (goal {GOAL:.0f}), "
        f"{statements:.1f} statements and {documents:.1f} document commands each, "
        f"workers grew by {memory:.0f} MB\n"
    )
    return 0 if rate >= GOAL else 1


def _read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.tracking")
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=2)
    return parser.parse_args()


class _Commands:
    """Counts what goes to the documents server."""

    def __init__(self) -> None:
        self.count = 0

    def started(self, event: Any) -> None:
        self.count += 1

    def ended(self, event: Any) -> None:
        """Not counted again."""


def _prepare() -> Any:
    from apps.integrations import services as integrations
    from apps.integrations.selectors import find_integration
    from apps.platform.models import Store
    from apps.tenancy.context import use_store
    from benchmarks.shop import ensure_shop, open_store

    store = Store.objects.filter(slug="tracking").first() or open_store("tracking")[0]
    ensure_shop(products=3)
    with use_store(store):
        if find_integration("clickpost") is None:
            integrations.add_integration(kind="clickpost")
    store.refresh_from_db()
    return store


def _send_parcels(count: int) -> list[str]:
    """The numbers of parcels that have left. They are written past the services: what is measured comes afterwards."""
    from apps.common.clock import now
    from apps.common.ids import random_token
    from apps.fulfilment.models import Shipment
    from apps.orders.models import Order

    run = random_token()[:6]
    orders = [
        Order(number=f"{run}-{n}", email="a@example.com", currency="INR") for n in range(count)
    ]
    Order.objects.bulk_create(orders)
    Shipment.objects.bulk_create(
        Shipment(
            order=order,
            number=f"{order.number}-S1",
            request_key=order.number,
            state="shipped",
            shipped_at=now(),
            tracking_number=f"W{order.number}",
        )
        for order in orders
    )
    return [order.number for order in orders]


def _fill(numbers: list[str], messages: int) -> None:
    import orjson

    from apps.common.clock import now
    from apps.inbox.models import InboxMessage
    from apps.inbox.services.receiving import hash_of

    bodies = [
        orjson.dumps({**body, "copy": copy}) for copy, body in _bodies(numbers, messages, now())
    ]
    random.Random(7).shuffle(bodies)
    for start in range(0, len(bodies), 1000):
        InboxMessage.objects.bulk_create(
            InboxMessage(
                source="clickpost",
                topic="tracking",
                key=hash_of("tracking", body),
                body=body,
                size=len(body),
            )
            for body in bodies[start : start + 1000]
        )


def _bodies(numbers: list[str], messages: int, now: Any) -> Iterator[tuple[int, dict[str, Any]]]:
    for index in range(messages):
        number, step = numbers[index % len(numbers)], index // len(numbers)
        same = step - step // 5 if step % 5 else step - 1
        moment = now - timedelta(days=2) + timedelta(minutes=10 * max(same, 0))
        scan = {
            "clickpost_status_code": (4, 5, 1004, 18)[step % 4],
            "clickpost_status_description": "InTransit",
            "status": "In transit",
            "remark": "Bag received",
            "location": f"Hub_{step}",
            "timestamp": f"{moment:%Y-%m-%dT%H:%M:%S}Z",
        }
        latest = {**scan, "reference_number": number}
        yield (
            index,
            {
                "waybill": f"W{number}",
                "cp_id": 4,
                **scan,
                "additional": {"order_id": number, "latest_status": latest},
            },
        )


def _count(commands: _Commands) -> tuple[float, float]:
    """Statements and document commands of a message, beyond the first of each parcel."""
    from django.db import connections

    from apps.inbox import services as inbox

    inbox.handle_due(limit=COUNTED // 2)
    counted = [0]

    def wrap(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        counted[0] += 1
        return execute(sql, params, many, context)

    before = commands.count
    with connections["default"].execute_wrapper(wrap):
        handled = inbox.handle_due(limit=COUNTED)
    return counted[0] / max(handled, 1), (commands.count - before) / max(handled, 1)


def _work(store: Any, workers: int) -> tuple[float, float]:
    """Seconds until the inbox is empty, and by how many MB the largest worker grew after its first hundred messages."""
    _close_pools()
    reading, writing = os.pipe()
    started = time.perf_counter()
    children = [_fork(store, writing) for _ in range(workers)]
    ends = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    taken = time.perf_counter() - started
    if any(ends):
        sys.exit("A worker failed: nothing was measured.")
    os.close(writing)
    with os.fdopen(reading) as said:
        grown = [float(line) for line in said.read().split()]
    return taken, max(grown, default=0.0)


def _close_pools() -> None:
    """Closed, not only given back: two workers may not share a socket."""
    from django.db import connections

    for connection in connections.all(initialized_only=True):
        connection.close()
        if hasattr(connection, "close_pool"):
            connection.close_pool()


def _fork(store: Any, writing: int) -> int:
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        os.write(writing, f"{_empty_inbox(store):.1f}\n".encode())
        code = 0
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(code)


def _empty_inbox(store: Any) -> float:
    from apps.inbox import services as inbox
    from apps.tenancy.context import system_scope, use_store

    with system_scope("benchmark"), use_store(store):
        inbox.handle_due(limit=100)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        while inbox.handle_due(limit=1000):
            pass
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return (after - before) / 1024


if __name__ == "__main__":
    sys.exit(main())
