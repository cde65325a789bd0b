"""Events of gateways about payments: stored in the inbox of `gateways`, handled by asking the gateway again."""

from datetime import timedelta
from uuid import UUID

from django.utils.translation import gettext

from apps.gateways import services as gateways
from apps.gateways.errors import MalformedEvent
from apps.gateways.installed import get_keyed_gateway
from apps.gateways.models import GatewayEvent
from apps.payments.models import Payment
from apps.payments.services.settling import settle_from_gateway


def handle_new_events() -> int:
    """Handle every event that nothing has tried: the body is a hint, the state is fetched from the gateway. Returns the
    number of handled events."""
    return gateways.handle_new_events(handler=_settle)


def replay_event(*, event: GatewayEvent) -> GatewayEvent:
    """Handle an event again, as staff ask for; also one that was given up or handled before."""
    return gateways.replay_event(event=event, handler=_settle)


def handle_waiting_events(*, older_than: timedelta, limit: int = 500) -> int:
    """Handle pending events. Returns the number of handled events; after twelve attempts staff must replay an event."""
    return gateways.handle_waiting_events(older_than=older_than, handler=_settle, limit=limit)


def _settle(event: GatewayEvent) -> None:
    """An event without a payment of this store concerns another one: nothing is to be done."""
    payment = _payment_of(event) if event.charge_ref else None
    if payment is not None:
        settle_from_gateway(payment=payment)


def _payment_of(event: GatewayEvent) -> Payment | None:
    """The payment by its id, or by the reference that the gateway gave it.

    None for a foreign reference of an account that can serve several shops. Any other unknown payment raises
    `MalformedEvent`.
    """
    of_gateway = Payment.objects.filter(gateway=event.gateway)
    known: dict[str, UUID | str]
    try:
        known = {"pk": UUID(event.charge_ref)}
    except ValueError:
        known = {"gateway_ref": event.charge_ref}
    try:
        return of_gateway.get(**known)
    except Payment.DoesNotExist:
        if "gateway_ref" in known and get_keyed_gateway(event.gateway) is not None:
            return None
        raise MalformedEvent(
            gettext("No payment %(charge_ref)s of this gateway.")
            % {"charge_ref": f"{event.charge_ref!r}"}
        ) from None
