"""The inbox of gateway events: verified, stored as they came, answered, and only then handled.

The caller knows the subject of an event: it passes a function that fetches the state from the gateway and books it.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError
from django.db.models import F

from apps.common.clock import now
from apps.common.errors import DomainError
from apps.gateways.errors import MalformedEvent
from apps.gateways.installed import get_gateway
from apps.gateways.models import GatewayEvent
from apps.gateways.selectors import new_events, waiting_events_older_than
from apps.platform.auditing import note
from apps.platform.sweeps import do_each
from apps.tenancy.transactions import atomic_at_home, savepoint_at_home

Handler = Callable[[GatewayEvent], object]


def receive_event(*, gateway_code: str, body: bytes, headers: Mapping[str, str]) -> GatewayEvent:
    """Verify the raw bytes and keep them. A delivery that came before is answered like the first.

    Raises `InvalidSignature` or `MalformedEvent`. The event is processed later, by a task.
    """
    incoming = get_gateway(gateway_code).verify(body=body, headers=headers)
    try:
        payload = body.decode()
    except UnicodeDecodeError as error:
        raise MalformedEvent() from error
    event = GatewayEvent(
        gateway=gateway_code,
        event_id=incoming.event_id,
        kind=incoming.kind,
        charge_ref=incoming.charge_ref,
        payload=payload,
    )
    try:
        with savepoint_at_home():
            event.save(force_insert=True)
    except IntegrityError:
        return GatewayEvent.objects.get(gateway=gateway_code, event_id=incoming.event_id)
    return event


def handle_event(*, event_id: UUID, handler: Handler) -> GatewayEvent:
    """Call `handler`, once more after every failure. Repeatable: a handled event is left alone.

    A `DomainError` of the handler is kept with the event; every other error is the caller's.
    """
    event = GatewayEvent.objects.get(pk=event_id)
    if event.handled_at is not None:
        return event
    event.attempts += 1
    GatewayEvent.objects.filter(pk=event.pk).update(attempts=F("attempts") + 1)
    return _handle(event, handler)


def _handle(event: GatewayEvent, handler: Handler) -> GatewayEvent:
    try:
        handler(event)
    except DomainError as error:
        event.last_error = str(error)
        event.save(update_fields=["last_error"])
        return event
    event.handled_at, event.last_error = now(), ""
    event.save(update_fields=["handled_at", "last_error"])
    return event


def replay_event(*, event: GatewayEvent, handler: Handler) -> GatewayEvent:
    """Handle an event again, as staff ask for; also one that was given up or handled before."""
    event.handled_at, event.attempts, event.last_error = None, 0, ""
    with atomic_at_home():
        event.save(update_fields=["handled_at", "attempts", "last_error"])
        note("gateway_event.handled_again", event)
    return handle_event(event_id=event.pk, handler=handler)


def handle_new_events(*, handler: Handler) -> int:
    """Handle every event that nothing has tried, the oldest first; several workers share them. Returns the number of handled
    events. One that fails, or whose worker dies, is left to `handle_waiting_events`."""

    def is_handled(event: GatewayEvent) -> bool:
        if not new_events().filter(pk=event.pk).update(attempts=1):
            return False  # another worker has it
        event.attempts = 1
        return _handle(event, handler).handled_at is not None

    return do_each(_each_new(), is_handled)


def _each_new() -> Iterator[GatewayEvent]:
    while event := new_events().first():
        yield event


def handle_waiting_events(*, older_than: timedelta, handler: Handler, limit: int = 500) -> int:
    """Handle pending events. Returns the number of handled events; after twelve attempts staff must replay an event."""

    def is_handled(event_id: UUID) -> bool:
        return handle_event(event_id=event_id, handler=handler).handled_at is not None

    waiting = waiting_events_older_than(older_than)
    return do_each(list(waiting.values_list("pk", flat=True)[:limit]), is_handled)
