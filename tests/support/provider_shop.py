"""The active store takes payments by a provider, and its webhooks arrive."""

from collections.abc import Mapping

from apps.common.actor import Actor
from apps.gateways import services as gateways
from apps.gateways.models import GatewayEvent
from apps.payments import services as payments
from apps.payments.models import PaymentMethod
from apps.tenancy.context import current_store, use_actor
from apps.tenancy.page_versions import note_change
from tests.support.acting import STAFF


def switch_on(gateway: str, keys: Mapping[str, str]) -> None:
    method = PaymentMethod.objects.get(gateway=gateway)
    with use_actor(STAFF):
        payments.save_gateway_keys(method=method, keys=keys)
        method.is_active = True
        payments.save_payment_method(method)
    note_change(current_store().id, "payments")  # its own waits for a commit


@use_actor(Actor.system("webhook"))
def arrive(gateway: str, message: tuple[bytes, Mapping[str, str]]) -> GatewayEvent:
    """The webhook arrives and its task runs."""
    body, headers = message
    row = gateways.receive_event(gateway_code=gateway, body=body, headers=headers)
    return payments.handle_gateway_event(event_id=row.pk)
