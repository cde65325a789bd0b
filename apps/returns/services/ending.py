"""Requests that end without goods: withdrawn, refused, or not sent in time."""

from typing import Annotated

from apps.common.actor import Actor
from apps.common.clock import now
from apps.common.typed_text import Line, cleans_text
from apps.events import services as events
from apps.orders import services as orders
from apps.orders.models import Order
from apps.platform.sweeps import do_each
from apps.returns.errors import ReturnIsOver
from apps.returns.models import ReturnRequest
from apps.returns.services.exchanging import cancel_exchange
from apps.returns.services.history import lock_request, move_request, record, tell
from apps.returns.states import BUYER_MAY_WITHDRAW, STAFF_MAY_WITHDRAW, RequestState
from apps.tenancy.retrying import repeated_on_deadlock


@cleans_text
@repeated_on_deadlock
@events.transaction_with_wake_up()
def withdraw_return(
    *,
    request: ReturnRequest,
    actor: Actor,
    reason: Annotated[str, Line(200)] = "",
    is_late: bool = False,
) -> ReturnRequest:
    """End a request whose goods do not come; its pieces are free again. Repeatable.

    Raises `ReturnIsOver` where the goods are here, for buyers also where they are on their way. `is_late`: the time to send
    them is over.
    """
    order, locked = lock_request(request)
    if locked.state == RequestState.WITHDRAWN:
        return locked
    if locked.state not in (STAFF_MAY_WITHDRAW if actor.sees_all else BUYER_MAY_WITHDRAW):
        raise ReturnIsOver
    move_request(locked, RequestState.WITHDRAWN)
    _end(order, locked, actor, reason)
    record(locked, "return.expired" if is_late else "return.withdrawn", actor, reason=reason)
    tell("return.ended", locked, is_late=is_late)
    return locked


@cleans_text
@repeated_on_deadlock
@events.transaction_with_wake_up()
def refuse_return(
    *, request: ReturnRequest, reason: Annotated[str, Line(300, required=True)], actor: Actor
) -> ReturnRequest:
    """The store does not take the goods back; the buyer reads why. Repeatable. Raises `TransitionNotAllowed`."""
    order, locked = lock_request(request)
    if locked.state == RequestState.REFUSED:
        return locked
    move_request(locked, RequestState.REFUSED)
    locked.decision = reason
    _end(order, locked, actor, reason[:200])
    record(locked, "return.refused", actor, reason=reason)
    tell("return.refused", locked)
    return locked


def expire_returns() -> int:
    """End approved returns that were not sent in time. Returns how many."""
    late = ReturnRequest.objects.filter(state=RequestState.APPROVED, send_by__lt=now())
    return do_each(list(late.order_by("send_by")[:200]), _expire)


def _expire(request: ReturnRequest) -> bool:
    withdraw_return(request=request, actor=Actor.system("returns"), is_late=True)
    return True


def _end(order: Order, request: ReturnRequest, actor: Actor, reason: str) -> None:
    """Free the pieces and the replacement. Both rows are locked."""
    orders.release_pieces(
        order=order, lines={line.order_line_id: line.quantity for line in request.lines.all()}
    )
    cancel_exchange(request, actor)
    orders.note_return(
        order=order, kind="order.return_ended", number=request.number, reason=reason, actor=actor
    )
