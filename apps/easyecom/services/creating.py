"""Making an order at EasyEcom: exactly once, whatever gets lost on the way.

EasyEcom has no idempotency key, so our number is the key: `tried_at` is written before a request to create, and where it
is there, the order is looked up before another one. A request whose answer was lost may still be worked on there, so an
order that is not found counts as missing only some minutes later.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from django.utils.translation import gettext

from apps.common.clock import now
from apps.easyecom.client import Client, Created
from apps.easyecom.errors import AlreadyThere, LoginRefused, RateReached, Refused
from apps.easyecom.models import PushedOrder
from apps.easyecom.payload import build_order, summary_of
from apps.easyecom.reading import read_invoice
from apps.easyecom.selectors import has_pieces_there, invoices_of, is_to_push
from apps.easyecom.services.moving import changing, is_same_claim, move, refuse, say_later
from apps.easyecom.states import PushState
from apps.integrations.errors import SystemBusy
from apps.orders.models import Order
from apps.orders.states import FulfilmentState

# A request takes at most some seconds; after this time a lost one is done or never will be.
SETTLES_AFTER: Final = timedelta(minutes=2)
# No request begins so shortly before the lease of its worker ends.
MARGIN: Final = timedelta(seconds=40)
_QUEUED_AT_MOST: Final = timedelta(hours=6)
_LOOKED_AT_AGAIN: Final = timedelta(minutes=10)
_S: Final = PushState


def create_there(row: PushedOrder, client: Client) -> bool:
    """Have EasyEcom make the order. True when it has it, or has it in its queue. Raises `SystemUnavailable`, `Refused`."""
    order = row.order
    if row.tried_at is not None or invoices_of(order.number):
        found = client.find_orders(order.number, since=order.placed_at)
        if found:
            return _note_found(row, found)
        if row.tried_at is not None and now() < row.tried_at + SETTLES_AFTER:
            return _postpone(
                row,
                gettext("EasyEcom did not answer; it is looked up again."),
                row.tried_at + SETTLES_AFTER,
            )
    if not _is_possible(row, order):
        return False
    lines = list(order.lines.order_by("position"))
    body = build_order(order, lines, client.options)
    if not _begin(row, summary_of(order, lines)):
        return False
    try:
        created = client.create_order(body)
    except AlreadyThere:
        found = client.find_orders(order.number, since=order.placed_at)
        if not found:
            raise
        return _note_found(row, found)
    except (Refused, RateReached, LoginRefused, SystemBusy):
        _note_untried(row)  # it did not come that far
        raise
    return _note_created(row, created)


def look_in_queue(row: PushedOrder, client: Client) -> bool:
    """Whether the order that EasyEcom has queued was made by now. Raises `SystemUnavailable`, `Refused`."""
    order = row.order
    found = client.find_orders(order.number, since=order.placed_at)
    if found:
        return _note_found(row, found)
    is_late = row.sent_at is not None and now() > row.sent_at + _QUEUED_AT_MOST
    with changing(row.pk) as locked:
        if locked.state == _S.QUEUED and is_late:
            refuse(
                locked,
                _S.REFUSED,
                error=gettext("EasyEcom has queued it and has not made it since."),
            )
        elif locked.state == _S.QUEUED:
            say_later(locked, error=gettext("EasyEcom has it in its queue."))
    return False


def _is_possible(row: PushedOrder, order: Order) -> bool:
    """False where it is not sent now; then the row says why and when it is looked at again."""
    if order.is_cancelled:
        with changing(row.pk) as locked:
            if locked.state == _S.WAITING:
                move(locked, _S.CANCELLING if locked.tried_at else _S.CANCELLED)
        return False
    if order.fulfilment_state != FulfilmentState.UNFULFILLED:
        return _give_up(row, gettext("Pieces of it were sent from here."))
    if has_pieces_there(order) and not row.is_pressed:
        words = gettext(
            "EasyEcom has its pieces as a part of order %(number)s. Change that one there first, then send this one."
        )
        return _give_up(row, words % {"number": order.split_from})
    if order.is_on_hold:
        words = gettext("It is on hold: %(reason)s")
        return _postpone(row, words % {"reason": order.hold_reason}, now() + _LOOKED_AT_AGAIN)
    if not is_to_push(order):
        words = gettext("It does not count yet: %(state)s.")
        state = order.get_payment_state_display()
        return _postpone(row, words % {"state": state}, now() + _LOOKED_AT_AGAIN)
    return True


def _begin(row: PushedOrder, summary: Mapping[str, Any]) -> bool:
    """Note that a request begins. False where the row is no longer this worker's."""
    mine = PushedOrder.objects.filter(pk=row.pk, state=_S.WAITING, due_at=row.due_at)
    return row.due_at > now() + MARGIN and bool(
        mine.update(tried_at=now(), sent=summary, updated_at=now())
    )


def _note_untried(row: PushedOrder) -> None:
    PushedOrder.objects.filter(pk=row.pk, due_at=row.due_at).update(tried_at=row.tried_at)


def _note_found(row: PushedOrder, found: Sequence[Mapping[str, Any]]) -> bool:
    first = read_invoice(found[0])
    return _note_created(row, Created(first.order_ref, first.ref))


def _note_created(row: PushedOrder, created: Created) -> bool:
    """Also where the order was cancelled here meanwhile: the cancellation needs to know."""
    is_made = bool(created.order_ref or created.invoice_ref)
    with changing(row.pk) as locked:
        locked.order_ref = created.order_ref or locked.order_ref
        locked.invoice_ref = created.invoice_ref or locked.invoice_ref
        locked.queue_ref = created.queue_ref or locked.queue_ref
        if locked.state in (_S.WAITING, _S.QUEUED, _S.REFUSED):
            move(locked, _S.SENT if is_made else _S.QUEUED, sent_at=locked.sent_at or now())
        if locked.state == _S.QUEUED:
            say_later(locked, error=gettext("EasyEcom has it in its queue."))
    return True


def _give_up(row: PushedOrder, error: str) -> bool:
    with changing(row.pk) as locked:
        if locked.state == _S.WAITING:
            refuse(locked, _S.REFUSED, error=error)
    return False


def _postpone(row: PushedOrder, error: str, at: Any) -> bool:
    with changing(row.pk) as locked:
        if is_same_claim(locked, row):
            say_later(locked, error=error, at=at)
    return False
