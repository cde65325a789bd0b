"""Sends carriers what they are to do after a failed delivery: of one parcel in the order in which it was decided."""

from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext

from apps.clickpost.client import ClickPostClient, Outcome
from apps.clickpost.errors import ClickPostRefused
from apps.clickpost.models import CarrierRequest
from apps.clickpost.services.booking import LEASE, WAITS
from apps.clickpost.states import RequestState
from apps.common.backing_off import choose_wait
from apps.common.clock import now
from apps.common.errors import Unavailable
from apps.fulfilment.states import ShipmentState
from apps.integrations.errors import NotConnected
from apps.tenancy.context import current_store
from apps.tenancy.retrying import repeated_on_deadlock

_PAUSED: Final = timedelta(minutes=10)
_OVER: Final = (ShipmentState.DELIVERED, ShipmentState.RETURNED)


def send_due_requests(*, limit: int = 300) -> int:
    """Send what is due, oldest first. How many were taken. A sandbox sends nothing."""
    if current_store().is_sandbox:
        return 0
    done = 0
    for _ in range(limit):
        row = _claim()
        if row is None:
            break
        done += _send(row)
    return done


@repeated_on_deadlock
def _claim() -> CarrierRequest | None:
    with transaction.atomic():
        waiting = CarrierRequest.objects.filter(state=RequestState.WAITING)
        before = Q(created_at__lt=OuterRef("created_at")) | Q(
            created_at=OuterRef("created_at"), pk__lt=OuterRef("pk")
        )
        first = ~Exists(waiting.filter(before, shipment=OuterRef("shipment")))
        due = waiting.filter(first, due_at__lte=now())
        row = due.select_for_update(skip_locked=True).order_by("due_at", "created_at", "id").first()
        if row is None:
            return None
        row.attempts += 1
        row.due_at = now() + LEASE
        row.save(update_fields=["attempts", "due_at"])
    return row


def _send(row: CarrierRequest) -> bool:
    if row.shipment.state in _OVER:
        _write(row, RequestState.DROPPED, gettext("The parcel has arrived meanwhile."))
        return False
    if row.cp_id is None:
        _write(row, RequestState.REFUSED, gettext("ClickPost has not named the carrier yet."))
        return False
    try:
        outcome = ClickPostClient().act(row.waybill, cp_id=row.cp_id, act=row.act, data=row.data)
    except NotConnected as error:
        _postpone(row, str(error), _PAUSED)
        return False
    except Unavailable as error:
        _postpone(row, str(error), choose_wait(row.attempts, **WAITS))
        return False
    except ClickPostRefused as refusal:
        outcome = Outcome(False, str(refusal))
    state = RequestState.SENT if outcome.is_taken else RequestState.REFUSED
    _write(row, state, outcome.answer)
    return outcome.is_taken


def _write(row: CarrierRequest, state: RequestState, answer: str) -> None:
    """Unless another process has it since."""
    _same(row).update(state=state, answer=answer[:300], due_at=None)


def _postpone(row: CarrierRequest, why: str, wait: timedelta) -> None:
    _same(row).update(answer=why[:300], due_at=now() + wait)


def _same(row: CarrierRequest) -> QuerySet[CarrierRequest]:
    waiting = CarrierRequest.objects.filter(state=RequestState.WAITING)
    return waiting.filter(pk=row.pk, attempts=row.attempts)
