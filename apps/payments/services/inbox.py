"""Events of gateways about payments: stored in the inbox of `gateways`, handled by asking the gateway again."""

from datetime import timedelta
from uuid import UUID

from django.utils.translation import gettext

from apps.gateways import services as gateways
from apps.gateways.errors import MalformedEvent
from apps.gateways.models import GatewayEvent
from apps.payments.models import Payment
from apps.payments.services.settling import settle_from_gateway


def handle_gateway_event(*, event_id: UUID) -> GatewayEvent:
    """Process an event. Repeatable; the body is a hint, the state is fetched from the gateway."""
    return gateways.handle_event(event_id=event_id, handler=_settle)


def replay_event(*, event: GatewayEvent) -> GatewayEvent:
    """Handle an event again, as staff ask for; also one that was given up or handled before."""
    return gateways.replay_event(event=event, handler=_settle)


def handle_waiting_events(*, older_than: timedelta, limit: int = 500) -> int:
    """Handle pending events. Returns the number of handled events; after twelve attempts staff must replay an event."""
    return gateways.handle_waiting_events(older_than=older_than, handler=_settle, limit=limit)


def _settle(event: GatewayEvent) -> Payment:
    return settle_from_gateway(payment=_payment_of(event))


def _payment_of(event: GatewayEvent) -> Payment:
    try:
        payment_id = UUID(event.charge_ref)
        return Payment.objects.get(pk=payment_id, gateway=event.gateway)
    except (ValueError, Payment.DoesNotExist):
        raise MalformedEvent(
            gettext("No payment %(charge_ref)s of this gateway.")
            % {"charge_ref": f"{event.charge_ref!r}"}
        ) from None
