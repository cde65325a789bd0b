"""The one door to a request's states: lock order and request, change them, write down what happened."""

from typing import Any

from django.utils.translation import gettext

from apps.common.actor import Actor
from apps.common.states import require_transition
from apps.events import services as events
from apps.orders import services as orders
from apps.orders.models import Order
from apps.platform.auditing import note
from apps.returns.models import Exchange, ReturnEvent, ReturnRequest
from apps.returns.states import (
    EXCHANGE_TRANSITIONS,
    REQUEST_TRANSITIONS,
    ExchangeState,
    RequestState,
)


def lock_request(request: ReturnRequest) -> tuple[Order, ReturnRequest]:
    """Lock the order, then the request, and bring both up to date. Payments and stock come after."""
    order = orders.lock_order(Order.objects.get(pk=request.order_id))
    locked = ReturnRequest.objects.select_for_update().get(pk=request.pk)
    locked.order = order
    return order, locked


def move_request(request: ReturnRequest, target: RequestState) -> None:
    """Assign the state, or raise `TransitionNotAllowed`. The row is locked, `record` saves."""
    require_transition(
        REQUEST_TRANSITIONS,
        subject=gettext("Return %(number)s") % {"number": request.number},
        current=RequestState(request.state),
        target=target,
    )
    request.state = target


def move_exchange(exchange: Exchange, target: ExchangeState) -> None:
    """Assign the state, or raise `TransitionNotAllowed`, and save. The request is locked."""
    require_transition(
        EXCHANGE_TRANSITIONS,
        subject=gettext("The exchange"),
        current=ExchangeState(exchange.state),
        target=target,
    )
    exchange.state = target
    exchange.save()


def record(request: ReturnRequest, kind: str, actor: Actor, **data: Any) -> ReturnEvent:
    """Save the locked request and add the event that says what happened to it."""
    request.event_count += 1
    request.save()
    facts = {name: value for name, value in data.items() if not isinstance(value, dict | list)}
    note(kind, request, after={"order": request.order.number, **facts})
    return ReturnEvent.objects.create(
        request=request,
        sequence=request.event_count,
        kind=kind,
        data=data,
        actor_kind=str(actor.kind.value),
        actor_label=actor.label[:200],
    )


def tell(topic: str, request: ReturnRequest, **facts: Any) -> None:
    """Emit a message about the request, in the transaction of the change."""
    payload = {
        "order_id": str(request.order_id),
        "return_request_id": str(request.pk),
        "number": request.number,
        **facts,
    }
    events.emit(topic=topic, key=str(request.order_id), payload=payload)


def is_repeat(request: ReturnRequest, key: str) -> bool:
    """Whether a press of a button with this key was recorded before. The request is locked."""
    if not key:
        return False
    known = request.events.values_list("data", flat=True)
    return any(data.get("request_key") == key for data in known)
