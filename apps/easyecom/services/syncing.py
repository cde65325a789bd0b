"""What is read at EasyEcom by the clock: orders that changed, levels of stock, its products; and orders that were missed.

Each job has a row with how far it is, so that a process that dies reads a page again and loses none. Orders go through the
inbox, where webhooks come in: what can't be applied is with all the rest that can't.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

import structlog
from django.db.models import Min

from apps.common.clock import now
from apps.common.errors import DomainError
from apps.easyecom.client import LONGEST_WINDOW, Client
from apps.easyecom.errors import RateReached, Refused
from apps.easyecom.jobs import get_job, keep, leased
from apps.easyecom.models import SyncJob
from apps.easyecom.options import Tier
from apps.easyecom.reading import read_levels
from apps.easyecom.selectors import missed_since
from apps.easyecom.services.fetching import receive_orders
from apps.easyecom.services.matching import compare_products
from apps.easyecom.services.pushing import note_order, push_due, wake_postponed
from apps.easyecom.services.stocking import apply_levels
from apps.easyecom.states import Job
from apps.easyecom.statuses import ensure_statuses
from apps.inbox.tasks import start_handling
from apps.integrations.errors import NotConnected
from apps.integrations.selectors import find_integration, is_connected
from apps.orders.models import Order
from apps.orders.selectors import counted_since
from apps.orders.states import SHIPPABLE_PAYMENT, FulfilmentState
from apps.platform import services as platform
from apps.tenancy.context import current_store

log = structlog.get_logger(__name__)

LEASE: Final = timedelta(minutes=5)
_AFTER_FAILURE: Final = timedelta(minutes=5)
_MISSED_EVERY: Final = timedelta(minutes=10)
_PRODUCTS_EVERY: Final = timedelta(days=1)
# What changed while the last window was read is read again.
_OVERLAP: Final = timedelta(minutes=10)
_PAGES: Final = 40
_PORTION: Final = 200
READING: Final = (Job.MISSED, Job.ORDERS, Job.STOCK, Job.PRODUCTS)


def is_reading_due() -> bool:
    """One query."""
    rows = dict(SyncJob.objects.filter(job__in=READING).values_list("job", "due_at"))
    return len(rows) < len(READING) or min(rows.values()) <= now()


def read_due(*, only: Job | None = None) -> int:
    """Run the jobs that are due, or one of them now. Returns how many rows were read. Call it outside a transaction."""
    if not is_connected("easyecom"):
        return 0
    ensure_statuses()
    found, answers_again = 0, False
    for job in [only] if only is not None else READING:
        with leased(job, for_so_long=LEASE) as row:
            if row is not None and (only is not None or row.due_at <= now()):
                had_failed = bool(row.last_error)
                found += _run(row)
                answers_again |= had_failed and not row.last_error
    if answers_again and wake_postponed():
        push_due()
    _note_next_wake_up()
    return found


def read_since(moment: datetime) -> None:
    """Read all orders again from then on, at the next run. What is the same changes nothing."""
    row = get_job(Job.ORDERS)
    SyncJob.objects.filter(pk=row.pk).update(
        read_until=moment, window_from=None, window_until=None, next_url="", due_at=now()
    )


def _run(row: SyncJob) -> int:
    try:
        client = Client()
        read, every = _WORK[Job(row.job)]
        found = read(row, client)
    except NotConnected:
        return 0
    except DomainError as error:
        row.last_error = str(error)[:300]
        row.due_at = now() + (error.again_in if isinstance(error, RateReached) else _AFTER_FAILURE)
        row.save(update_fields=["last_error", "due_at"])
        return 0
    row.finished_at, row.last_error, row.due_at = now(), "", now() + every(client.options.tier)
    row.save(update_fields=["finished_at", "last_error", "due_at"])
    return found


def _read_orders(row: SyncJob, client: Client) -> int:
    found = 0
    for _ in range(_PAGES):
        begin, end = _window_of(row)
        try:
            page = client.list_orders(begin, end, row.next_url)
        except Refused:
            if row.next_url:  # its page is gone: the window is read from its beginning
                row.next_url = ""
                row.save(update_fields=["next_url"])
            raise
        for message in receive_orders(page.rows):
            start_handling(message)
        found += len(page.rows)
        row.next_url = page.next_url
        if not page.next_url:
            row.read_until, row.window_from, row.window_until = end, None, None
        row.save(update_fields=["next_url", "read_until", "window_from", "window_until"])
        is_up_to_date = not page.next_url and end > now() - _OVERLAP
        if is_up_to_date or not keep(row, for_so_long=LEASE):
            break
    return found


def _window_of(row: SyncJob) -> tuple[datetime, datetime]:
    """The window that is being read, or the next one: at most seven days. Written down before anything is asked."""
    if row.window_from is not None and row.window_until is not None:
        return row.window_from, row.window_until
    begin = row.read_until or _connected_at()
    row.window_from = begin - _OVERLAP
    row.window_until = min(row.window_from + LONGEST_WINDOW, max(now(), row.window_from))
    row.save(update_fields=["window_from", "window_until"])
    return row.window_from, row.window_until


def _connected_at() -> datetime:
    integration = find_integration("easyecom")
    return integration.created_at if integration is not None else now()


def _read_stock(row: SyncJob, client: Client) -> int:
    """The levels of all SKUs, from the first page on: they are of this moment."""
    found, next_url = 0, ""
    while True:
        asked_at = now()
        page = client.list_stock(next_url)
        levels, faults = read_levels(page.rows)
        if faults:
            log.warning("Levels can't be read.", count=len(faults), first=str(faults[0]))
        apply_levels(levels, options=client.options, heard_at=asked_at)
        found += len(levels)
        next_url = page.next_url
        if not next_url or not keep(row, for_so_long=LEASE):
            return found


def _read_products(row: SyncJob, client: Client) -> int:
    return compare_products(client, lambda: keep(row, for_so_long=LEASE))


def _find_missed(row: SyncJob, client: Client) -> int:
    """Orders of which no message came: the store was paused, or the message was given up."""
    del row, client
    rows = Order.objects.filter(
        counted_since(missed_since()),
        payment_state__in=SHIPPABLE_PAYMENT,
        fulfilment_state=FulfilmentState.UNFULFILLED,
        cancelled_at__isnull=True,
        confirm_by__isnull=True,
        needs_shipping=True,
        pickup__isnull=True,
        pushed_to_easyecom__isnull=True,
    )
    return sum(note_order(order) for order in rows.order_by("placed_at")[:_PORTION])


_Read = Callable[[SyncJob, Client], int]
_WORK: Final[Mapping[Job, tuple[_Read, Callable[[Tier], timedelta]]]] = {
    Job.MISSED: (_find_missed, lambda _tier: _MISSED_EVERY),
    Job.ORDERS: (_read_orders, lambda tier: tier.orders_every),
    Job.STOCK: (_read_stock, lambda tier: tier.stock_every),
    Job.PRODUCTS: (_read_products, lambda _tier: _PRODUCTS_EVERY),
}


def _note_next_wake_up() -> None:
    due_at = SyncJob.objects.filter(job__in=READING).aggregate(at=Min("due_at"))["at"]
    if due_at is not None:
        at = max(due_at, now() + timedelta(seconds=30))
        platform.note_wake_up(store_id=current_store().id, due_at=at)
