"""What is due at EasyEcom: orders to make, to look for, to cancel. Several workers may run; each claims a row at a time.

A claim counts an attempt and moves `due_at` forward as a lease. A process that dies leaves a row that is due again when its
lease ends. While EasyEcom is silent, or takes no more calls, the run ends: the other rows would fare no better.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

from django.db.models import F, Min, QuerySet
from django.utils.translation import gettext

from apps.common.clock import now
from apps.common.errors import Conflict
from apps.easyecom.client import Client
from apps.easyecom.errors import LoginRefused, NothingToPush, RateReached, Refused
from apps.easyecom.models import PushedOrder
from apps.easyecom.selectors import is_to_push
from apps.easyecom.services.cancelling import cancel_there, check_cancelled
from apps.easyecom.services.creating import create_there, look_in_queue
from apps.easyecom.services.moving import changing, is_same_claim, move, refuse, say_later
from apps.easyecom.states import DUE_STATES, PushState
from apps.integrations.errors import NotConnected, SystemUnavailable
from apps.integrations.selectors import is_connected
from apps.orders.models import Order
from apps.platform import services as platform
from apps.platform.auditing import note
from apps.tenancy.connections import StoreUnreachable
from apps.tenancy.context import current_store
from apps.tenancy.errors import StorePaused

logger = logging.getLogger(__name__)

LEASE: Final = timedelta(minutes=3)
LOOK_AGAIN_AFTER: Final = timedelta(seconds=15)
_TRIED_AGAIN: Final = timedelta(minutes=10)
_S: Final = PushState
_WORK: Final[Mapping[str, Callable[[PushedOrder, Client], bool]]] = {
    _S.WAITING: create_there,
    _S.QUEUED: look_in_queue,
    _S.CHECKING: check_cancelled,
    _S.CANCELLING: cancel_there,
}
_AFTER_REFUSAL: Final = {
    _S.WAITING: _S.REFUSED,
    _S.QUEUED: _S.REFUSED,
    _S.CANCELLING: _S.STAYED,
}


def note_order(order: Order) -> bool:
    """Have the order sent, once it counts. Repeatable: an order is noted once. True where it waits by now."""
    if not is_to_push(order):
        return False
    PushedOrder.objects.bulk_create([PushedOrder(order=order)], ignore_conflicts=True)
    return True


def push_due(*, limit: int = 500) -> int:
    """Do what is due, the oldest first. Returns how many were done. Call it outside a transaction."""
    if not is_connected("easyecom") or not _due().exists():
        return 0
    done = 0
    try:
        client = Client()
        for _ in range(limit):
            row = _claim()
            if row is None:
                break
            is_done = _try(row, client)
            if is_done is None:
                break
            done += is_done
    except NotConnected:
        return done
    finally:
        _note_next_wake_up()
    return done


def wake_postponed() -> int:
    """EasyEcom answers again after a silence: what waits for its next try is due now. What a worker may have is left to it.
    The number of orders."""
    rows = PushedOrder.objects.filter(state__in=DUE_STATES, due_at__gt=now() + LEASE)
    return rows.exclude(last_error="").update(due_at=now())


def push_again(*, order: Order) -> PushedOrder:
    """Staff want it at EasyEcom: at once, whatever was in the way. Raises `NothingToPush` where it is there or can't be."""
    row = PushedOrder.objects.filter(order=order).first()
    if row is None:
        if not note_order(order):
            raise NothingToPush()
        row = PushedOrder.objects.get(order=order)
    if row.state not in (_S.WAITING, _S.QUEUED, _S.REFUSED):
        raise NothingToPush()
    with changing(row.pk) as locked:
        was = locked.state
        # one that is queued there is looked for: another request might make it twice
        target = _S.QUEUED if was == _S.QUEUED else _S.WAITING
        move(locked, target, is_pressed=True, attempts=0, due_at=now())
        note("easyecom_order.pushed_again", locked, before={"state": was})
    return locked


def cancel_again(*, order: Order) -> PushedOrder:
    """Staff want the cancellation tried once more. Raises `Conflict` where none was refused."""
    row = PushedOrder.objects.filter(order=order, state=_S.STAYED).first()
    if row is None:
        raise Conflict(gettext("No cancellation of it was refused."))
    with changing(row.pk) as locked:
        if locked.state == _S.STAYED:
            move(locked, _S.CANCELLING)
            note("easyecom_order.cancelled_again", locked)
    return locked


def try_now(*, row: PushedOrder) -> PushedOrder:
    """What waits for its next attempt is due at once; with all attempts before it."""
    with changing(row.pk) as locked:
        if locked.state in DUE_STATES:
            locked.due_at = now()
            note("easyecom_order.tried_now", locked)
    return locked


def is_pushing_due() -> bool:
    """One query."""
    return _due().exists()


def _due() -> QuerySet[PushedOrder]:
    return PushedOrder.objects.filter(state__in=DUE_STATES, due_at__lte=now())


def _claim() -> PushedOrder | None:
    """Compare and set: another worker may be faster."""
    while True:
        row = _due().select_related("order").order_by("due_at", "id").first()
        if row is None:
            return None
        same = PushedOrder.objects.filter(
            pk=row.pk, state=row.state, attempts=row.attempts, due_at=row.due_at
        )
        due_at = now() + LEASE
        if same.update(attempts=F("attempts") + 1, due_at=due_at):
            row.attempts, row.due_at = row.attempts + 1, due_at
            return row


def _try(row: PushedOrder, client: Client) -> bool | None:
    """Whether it is done; None where the run ends."""
    try:
        return _WORK[row.state](row, client)
    except (RateReached, LoginRefused, NotConnected) as error:
        _wait(row, error, error.again_in if isinstance(error, RateReached) else _TRIED_AGAIN)
        return None
    except SystemUnavailable as error:
        _fail(row, str(error))
        return None
    except Refused as error:
        _refuse(row, str(error))
    except (StorePaused, StoreUnreachable):
        raise  # the whole store waits
    except Exception as error:  # one broken order must not hold the others
        logger.exception("An order could not be brought to EasyEcom.")
        _fail(row, f"{type(error).__name__}: {error}")
    return False


def _wait(row: PushedOrder, error: Exception, delay: timedelta) -> None:
    """Nothing is wrong with this order: no attempt is counted."""
    with changing(row.pk) as locked:
        if is_same_claim(locked, row):
            say_later(locked, error=str(error), at=now() + delay)
            locked.attempts -= 1


def _fail(row: PushedOrder, error: str) -> None:
    with changing(row.pk) as locked:
        if is_same_claim(locked, row):
            say_later(locked, error=error)


def _refuse(row: PushedOrder, error: str) -> None:
    with changing(row.pk) as locked:
        if not is_same_claim(locked, row):
            return
        target = _AFTER_REFUSAL.get(PushState(row.state))
        if target is None:
            say_later(locked, error=error)
        else:
            refuse(locked, target, error=error)


def _note_next_wake_up() -> None:
    due_at = PushedOrder.objects.filter(state__in=DUE_STATES).aggregate(at=Min("due_at"))["at"]
    if due_at is not None:
        soon = now() + LOOK_AGAIN_AFTER
        platform.note_wake_up(store_id=current_store().id, due_at=max(due_at, soon))
