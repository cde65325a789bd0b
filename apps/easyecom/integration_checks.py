"""What is wrong with EasyEcom beyond its connection: orders that do not get there, what is not mapped or does not match."""

from collections.abc import Iterator

from django.db.models import Count, Min
from django.utils.translation import gettext

from apps.common.clock import now
from apps.easyecom.models import (
    Location,
    PushedOrder,
    StatusMeaning,
    StockLevel,
    SyncJob,
    UnmatchedSku,
)
from apps.easyecom.services.pushing import push_due
from apps.easyecom.states import DUE_STATES, Meaning, PushState
from apps.integrations.checking import Limits, Trouble, integration_check
from apps.integrations.selectors import is_connected

_SYSTEM = "easyecom"


@integration_check
def check_easyecom(limits: Limits) -> Iterator[Trouble]:
    """Nine statements for a store that is connected, none for others."""
    if not is_connected(_SYSTEM):
        return
    yield from _orders(limits)
    unknown = StatusMeaning.objects.filter(meaning=Meaning.UNKNOWN).count()
    if unknown:
        yield Trouble(_SYSTEM, "unmatched", gettext("Statuses are not mapped."), unknown)
    unmapped = Location.objects.filter(warehouse__isnull=True, times_skipped__gt=0).count()
    if unmapped:
        words = gettext("Locations that send levels have no warehouse.")
        yield Trouble(_SYSTEM, "unmatched", words, unmapped)
    for side, count in (
        UnmatchedSku.objects.order_by("side").values_list("side").annotate(Count("pk"))
    ):
        words = gettext("SKUs are at EasyEcom and not here.")
        if side == "here":
            words = gettext("SKUs have stock here and are not at EasyEcom.")
        yield Trouble(_SYSTEM, "unmatched", words, count, is_bad=False)
    differing = StockLevel.objects.exclude(difference=0).count()
    if differing:
        words = gettext("Levels differ from the stock here.")
        yield Trouble(_SYSTEM, "differs", words, differing, is_bad=False)
    for job in SyncJob.objects.exclude(last_error="").order_by("job"):
        words = gettext("Reading %(what)s: %(why)s") % {"what": job, "why": job.last_error}
        yield Trouble(_SYSTEM, "error", words[:200], since=job.finished_at)


def _orders(limits: Limits) -> Iterator[Trouble]:
    late = now() - limits.waiting
    rows = PushedOrder.objects.order_by().values_list("state")
    for state, count, since in rows.annotate(Count("pk"), Min("created_at")).filter(
        state__in=(PushState.REFUSED, PushState.STAYED)
    ):
        words = gettext("Orders are not taken.")
        if state == PushState.STAYED:
            words = gettext("Cancelled orders may still be sent.")
        yield Trouble(_SYSTEM, "refused", words, count, since)
    stuck = PushedOrder.objects.filter(state__in=DUE_STATES, created_at__lt=late, due_at__lt=late)
    if count := stuck.count():
        words = gettext("Orders wait to be brought there.")
        yield Trouble(_SYSTEM, "stuck", words, count, repair=push_due)
    if doubtful := PushedOrder.objects.filter(doubt__gt="").count():
        yield Trouble(_SYSTEM, "differs", gettext("Orders differ there."), doubtful)
