"""Cancellations, both ways: what is cancelled here is cancelled there unless it has left, and the other way round."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext, gettext_noop

from apps.common.actor import Actor
from apps.common.clock import now
from apps.common.errors import DomainError, Unavailable
from apps.easyecom.client import Client
from apps.easyecom.models import PushedOrder
from apps.easyecom.reading import read_invoice
from apps.easyecom.selectors import invoices_of
from apps.easyecom.services.creating import SETTLES_AFTER
from apps.easyecom.services.moving import changing, move, refuse, say_later
from apps.easyecom.states import LEFT, Meaning, PushState
from apps.easyecom.statuses import meaning_of
from apps.events.services.delivery import MAX_ATTEMPTS
from apps.fulfilment import services as fulfilment
from apps.fulfilment.selectors import can_cancel, can_cancel_rest
from apps.integrations.reading import field_of, reading
from apps.orders.models import Order

ACTOR: Final = Actor.system("easyecom")
CANCELLED_THERE: Final = gettext_noop("The warehouse can't send it.")
_S: Final = PushState
# It may be there: a request was begun, or it has been seen there.
_TO_CANCEL: Final = (_S.QUEUED, _S.SENT, _S.CHECKING, _S.STAYED)


def note_cancelled_here(order_id: UUID) -> bool:
    """The order, or what was left of it, is cancelled here. True where EasyEcom has to hear of it."""
    row = PushedOrder.objects.filter(order_id=order_id).first()
    if row is None:
        return False
    with changing(row.pk) as locked:
        is_untouched = locked.state == _S.WAITING and not locked.attempts
        if locked.state in (_S.WAITING, _S.REFUSED):
            is_never_tried = locked.tried_at is None and (
                is_untouched or locked.state == _S.REFUSED
            )
            move(locked, _S.CANCELLED if is_never_tried else _S.CANCELLING)
        elif locked.state in _TO_CANCEL:
            move(locked, _S.CANCELLING)
    return locked.state == _S.CANCELLING


def cancel_there(row: PushedOrder, client: Client) -> bool:
    """Cancel every invoice of the order that has not left. Raises `SystemUnavailable`, `Refused`."""
    order = row.order
    found = _find_there(order, client)
    if not found:
        return _note_not_there(row)
    left = []
    for ref, meaning in _meanings(found):
        if meaning in LEFT:
            left.append(ref)
        elif meaning != Meaning.CANCELLED:
            client.cancel_invoice(ref)
    with changing(row.pk) as locked:
        if locked.state != _S.CANCELLING:
            return False
        if left and order.is_cancelled:
            words = gettext("It has left the warehouse there: invoice %(refs)s.")
            refuse(locked, _S.STAYED, error=words % {"refs": ", ".join(left)})
        else:
            move(locked, _S.CANCELLED, cancelled_at=now())
    return True


def _find_there(order: Order, client: Client) -> list[Mapping[str, Any]]:
    """What EasyEcom has of the order: by our number, and the invoices that its messages named. One that was made again has another
    reference, which a search by our number need not find, and must not be taken for cancelled."""
    found: list[Mapping[str, Any]] = [*client.find_orders(order.number, since=order.placed_at)]
    with reading():
        refs = {read_invoice(each).ref for each in found}
    for document in invoices_of(order.number):
        if document.ref not in refs and field_of(document.payload, "invoice_id"):
            found += client.get_invoice(document.ref) or [document.payload]
    return found


def _note_not_there(row: PushedOrder) -> bool:
    """A request whose answer was lost, or the queue, may still make it."""
    with changing(row.pk) as locked:
        if locked.state != _S.CANCELLING:
            return False
        settles_at = locked.tried_at + SETTLES_AFTER if locked.tried_at else now()
        if now() < settles_at:
            say_later(locked, error=gettext("It may still be made there."), at=settles_at)
        elif not locked.queue_ref or locked.order_ref:
            move(locked, _S.CANCELLED, cancelled_at=now())
        elif locked.attempts < MAX_ATTEMPTS:
            say_later(locked, error=gettext("EasyEcom still has it in its queue."))
        else:
            refuse(
                locked, _S.STAYED, error=gettext("EasyEcom has it in its queue. Cancel it there.")
            )
    return locked.state == _S.CANCELLED


def check_cancelled(row: PushedOrder, client: Client) -> bool:
    """It looked cancelled there. Where EasyEcom still says so of all its invoices, it is cancelled here: stock is free
    again and money goes back, as at any cancellation. Raises `SystemUnavailable`, `Refused`."""
    order = row.order
    found = _find_there(order, client)
    live = [ref for ref, meaning in _meanings(found) if meaning != Meaning.CANCELLED]
    if live:
        return _note_live(row)
    doubt = "" if order.is_cancelled else _cancel_here(order)
    with changing(row.pk) as locked:
        if locked.state in (_S.CHECKING, _S.CANCELLING):
            move(locked, _S.CANCELLED, cancelled_at=now(), doubt=doubt)
    return not doubt


def _cancel_here(order: Order) -> str:
    """What has to be looked at where it can't be cancelled, in words."""
    try:
        if can_cancel(order):
            fulfilment.cancel(order=order, reason=CANCELLED_THERE, actor=ACTOR)
        elif can_cancel_rest(order):
            fulfilment.cancel_rest(order=order, reason=CANCELLED_THERE, actor=ACTOR)
        else:
            return gettext("EasyEcom has cancelled it, and it was sent here.")
    except Unavailable:
        raise  # the gateway does not answer
    except DomainError as error:
        words = gettext("EasyEcom has cancelled it. Here that is not possible: %(why)s")
        return (words % {"why": error})[:300]
    return ""


def _note_live(row: PushedOrder) -> bool:
    """Some invoices of it go on; what staff have to know is which pieces are in none."""
    with changing(row.pk) as locked:
        if locked.state == _S.CHECKING:
            words = gettext("EasyEcom has cancelled a part of it. Compare the pieces.")
            move(locked, _S.SENT, doubt=locked.doubt or words)
    return False


def _meanings(found: Sequence[Mapping[str, Any]]) -> list[tuple[str, Meaning]]:
    with reading():
        invoices = [read_invoice(each) for each in found]
    return [(each.ref, meaning_of(each)) for each in invoices]
