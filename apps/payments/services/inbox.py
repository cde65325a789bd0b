"""What gateways tell us: verified, stored as it came, answered, and only then handled."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F

from apps.common.clock import now
from apps.common.errors import DomainError
from apps.payments.errors import MalformedEvent
from apps.payments.gateways import get_gateway
from apps.payments.models import GatewayEvent, Payment
from apps.payments.services.settling import settle_from_gateway
from apps.payments.states import GIVE_UP_AFTER
from apps.platform.auditing import note
from apps.platform.sweeps import do_each


def receive_event(*, gateway_code: str, body: bytes, headers: Mapping[str, str]) -> GatewayEvent:
    """Verify the raw bytes and keep them. A delivery that came before is answered like the first.

    Raises `InvalidSignature` or `MalformedEvent`. Nothing is done about it yet: that is a task's work.
    """
    incoming = get_gateway(gateway_code).verify(body=body, headers=headers)
    try:
        payload = body.decode()
    except UnicodeDecodeError as error:
        raise MalformedEvent() from error
    try:
        with transaction.atomic():
            return GatewayEvent.objects.create(
                gateway=gateway_code,
                event_id=incoming.event_id,
                kind=incoming.kind,
                payment_ref=incoming.payment_ref,
                payload=payload,
            )
    except IntegrityError:
        return GatewayEvent.objects.get(gateway=gateway_code, event_id=incoming.event_id)


def handle_gateway_event(*, event_id: UUID) -> GatewayEvent:
    """Do what the event is about. Repeatable; the body is a hint, the gateway is asked again."""
    event = GatewayEvent.objects.get(pk=event_id)
    if event.handled_at is not None:
        return event
    event.attempts += 1
    GatewayEvent.objects.filter(pk=event.pk).update(attempts=F("attempts") + 1)
    try:
        settle_from_gateway(payment=_payment_of(event))
    except DomainError as error:
        event.last_error = str(error)
        event.save(update_fields=["last_error"])
        return event
    event.handled_at, event.last_error = now(), ""
    event.save(update_fields=["handled_at", "last_error"])
    return event


def replay_event(*, event: GatewayEvent) -> GatewayEvent:
    """Handle an event again, as staff ask for; also one that was given up or handled before."""
    event.handled_at, event.attempts, event.last_error = None, 0, ""
    with transaction.atomic():
        event.save(update_fields=["handled_at", "attempts", "last_error"])
        note("gateway_event.handled_again", event)
    return handle_gateway_event(event_id=event.pk)


def handle_waiting_events(*, older_than: timedelta, limit: int = 500) -> int:
    """Handle what no task has handled. Returns how many are done now; after twelve attempts staff must replay."""
    waiting = GatewayEvent.objects.filter(
        handled_at__isnull=True, received_at__lt=now() - older_than, attempts__lt=GIVE_UP_AFTER
    ).order_by("received_at")
    return do_each(list(waiting.values_list("pk", flat=True)[:limit]), _is_handled)


def _is_handled(event_id: UUID) -> bool:
    return handle_gateway_event(event_id=event_id).handled_at is not None


def _payment_of(event: GatewayEvent) -> Payment:
    try:
        payment_id = UUID(event.payment_ref)
        return Payment.objects.get(pk=payment_id, gateway=event.gateway)
    except (ValueError, Payment.DoesNotExist):
        raise MalformedEvent(f"No payment {event.payment_ref!r} of this gateway.") from None
