"""Events of gateways about payments: the body is a hint, the state is fetched from the gateway."""

from uuid import UUID

from django.utils.translation import gettext

from apps.gateways.errors import MalformedEvent
from apps.gateways.installed import get_keyed_gateway
from apps.inbox.models import InboxMessage
from apps.payments.models import Payment
from apps.payments.services.settling import settle_from_gateway


def settle_event(message: InboxMessage) -> str:
    """Book what the gateway says of the payment. An event without a payment of this store concerns another one: nothing is
    to be done. Returns the payment's state afterwards, in words."""
    payment = _payment_of(message) if message.subject else None
    if payment is None:
        return ""
    payment = settle_from_gateway(payment=payment)
    return gettext("Payment: %(state)s") % {"state": payment.get_state_display()}


def _payment_of(message: InboxMessage) -> Payment | None:
    """The payment by its id, or by the reference that the gateway gave it.

    None for a foreign reference of an account that can serve several shops. Any other unknown payment raises
    `MalformedEvent`.
    """
    of_gateway = Payment.objects.filter(gateway=message.source)
    known: dict[str, UUID | str]
    try:
        known = {"pk": UUID(message.subject)}
    except ValueError:
        known = {"gateway_ref": message.subject}
    try:
        return of_gateway.get(**known)
    except Payment.DoesNotExist:
        if "gateway_ref" in known and get_keyed_gateway(message.source) is not None:
            return None
        raise MalformedEvent(
            gettext("No payment %(charge_ref)s of this gateway.")
            % {"charge_ref": f"{message.subject!r}"}
        ) from None
