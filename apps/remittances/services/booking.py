"""A remittance that was looked at counts from its booking on, until it is discarded."""

from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils.translation import gettext

from apps.common.clock import now
from apps.common.errors import Conflict
from apps.common.states import require_transition
from apps.platform.auditing import note
from apps.remittances.models import Remittance, RemittanceLine
from apps.remittances.selectors import find_booked_keys, find_collected
from apps.remittances.states import REMITTANCE_TRANSITIONS, LineFault, RemittanceState
from apps.tenancy.retrying import repeated_on_deadlock

_TRIES: Final = 3
_PORTION: Final = 500


def book_remittance(*, remittance: Remittance) -> Remittance:
    """Count its lines. Repeatable. A line that another remittance has counted meanwhile is left out.

    Raises `TransitionNotAllowed` for one that was discarded.
    """
    for _try in range(_TRIES):
        try:
            return _book(remittance)
        except IntegrityError:  # the same line is being booked by another: it is seen now
            continue
    raise Conflict(gettext("The same lines are being booked by another person. Try again."))


@repeated_on_deadlock
def _book(remittance: Remittance) -> Remittance:
    with transaction.atomic():
        locked = Remittance.objects.select_for_update().get(pk=remittance.pk)
        if locked.state == RemittanceState.BOOKED:
            return locked
        _move(locked, RemittanceState.BOOKED)
        lines = list(locked.lines.filter(fault="").order_by("pk"))
        known = find_booked_keys(line.key for line in lines)
        collected = find_collected(line.waybill for line in lines)
        for line in lines:
            found = collected.get(line.waybill)
            line.shipment_id = found.shipment_id if found else None
            line.collected_minor = found.cash_minor if found else 0
            line.fault = LineFault.TWICE if line.key in known else ""
            line.booked_key = None if line.fault else line.key
        changed = ["shipment", "collected_minor", "fault", "booked_key"]
        RemittanceLine.objects.bulk_update(lines, changed, batch_size=_PORTION)
        counted = locked.lines.filter(booked_key__isnull=False)
        locked.total_minor = counted.aggregate(sum=Sum("amount_minor"))["sum"] or 0
        locked.fault_count = locked.lines.exclude(fault="").count()
        locked.booked_at = now()
        locked.save(update_fields=["state", "total_minor", "fault_count", "booked_at"])
        note("remittance.booked", locked, after={"amount_minor": locked.total_minor})
    return locked


@repeated_on_deadlock
def discard_remittance(*, remittance: Remittance) -> Remittance:
    """It counts no more, and its file and lines can be brought in again. Repeatable."""
    with transaction.atomic():
        locked = Remittance.objects.select_for_update().get(pk=remittance.pk)
        if locked.state == RemittanceState.DISCARDED:
            return locked
        before = locked.state
        _move(locked, RemittanceState.DISCARDED)
        locked.digest = None
        locked.save(update_fields=["state", "digest"])
        locked.lines.filter(booked_key__isnull=False).update(booked_key=None)
        note("remittance.discarded", locked, before={"state": before})
    return locked


def _move(remittance: Remittance, target: RemittanceState) -> None:
    require_transition(
        REMITTANCE_TRANSITIONS,
        subject=gettext("The remittance %(name)s") % {"name": str(remittance)},
        current=RemittanceState(remittance.state),
        target=target,
    )
    remittance.state = target
