"""The end of a return: the money is back with the buyer, or the replacement is paid."""

from apps.common.actor import Actor
from apps.common.clock import now
from apps.events import services as events
from apps.orders import services as orders
from apps.orders.models import Order
from apps.payments.models import Refund
from apps.payments.states import RefundState
from apps.platform.sweeps import do_each
from apps.returns.errors import ReturnIsOver
from apps.returns.models import Exchange, ReturnRequest
from apps.returns.services.exchanging import follow_replacement
from apps.returns.services.history import lock_request, move_request, record, tell
from apps.returns.states import ExchangeState, RequestState
from apps.tenancy.retrying import repeated_on_deadlock


def refunds_of(request: ReturnRequest) -> list[Refund]:
    """The refunds that leave for the buyer because of the request. Two queries."""
    booked = request.receipts.values_list("parcel_return__number", flat=True)
    keys = [*(f"return-{number}" for number in booked), f"{request.number}-rest"]
    rows = Refund.objects.filter(payment__order_id=request.order_id, request_key__in=keys)
    return list(rows.select_related("payment").order_by("created_at", "id"))


def close_if_done(order: Order, request: ReturnRequest, actor: Actor) -> bool:
    """Close an inspected request whose money has left and whose replacement is settled. Both rows are locked."""
    if request.state != RequestState.INSPECTED:
        return False
    if any(refund.state != RefundState.SUCCEEDED for refund in refunds_of(request)):
        return False
    if Exchange.objects.filter(request=request, state=ExchangeState.UNPAID).exists():
        return False
    _close(order, request, actor)
    return True


@repeated_on_deadlock
@events.transaction_with_wake_up()
def follow_return(*, request: ReturnRequest) -> bool:
    """Bring an inspected request up to date with its refunds and its replacement. Repeatable: for messages and sweeps."""
    order, locked = lock_request(request)
    actor = Actor.system("returns")
    follow_replacement(locked, actor)
    return close_if_done(order, locked, actor)


@repeated_on_deadlock
@events.transaction_with_wake_up()
def close_return(*, request: ReturnRequest, actor: Actor) -> ReturnRequest:
    """Staff close a request themselves, after a refund that the bank refused was paid in another way. Repeatable.

    Raises `ReturnIsOver` while a refund is on its way or a difference is to be paid, and before the inspection.
    """
    order, locked = lock_request(request)
    if locked.state == RequestState.CLOSED:
        return locked
    is_waiting = any(refund.state == RefundState.REQUESTED for refund in refunds_of(locked))
    is_unpaid = Exchange.objects.filter(request=locked, state=ExchangeState.UNPAID).exists()
    if locked.state != RequestState.INSPECTED or is_waiting or is_unpaid:
        raise ReturnIsOver
    _close(order, locked, actor)
    return locked


def finish_returns() -> int:
    """Close what messages that were lost have left open. Returns how many."""
    waiting = ReturnRequest.objects.filter(state=RequestState.INSPECTED).order_by("inspected_at")
    return do_each(list(waiting[:200]), lambda request: follow_return(request=request))


def _close(order: Order, request: ReturnRequest, actor: Actor) -> None:
    move_request(request, RequestState.CLOSED)
    request.closed_at = now()
    record(request, "return.closed", actor)
    orders.lock_order(order)
    orders.note_return(order=order, kind="order.return_closed", number=request.number, actor=actor)
    tell("return.closed", request)
