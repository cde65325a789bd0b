"""The active store takes payments by a provider, its webhooks arrive, and its books are read."""

from collections.abc import Mapping
from dataclasses import replace

from apps.common.actor import Actor
from apps.gateways import services as gateways
from apps.gateways.installed import get_gateway
from apps.gateways.values import Charge, ChargeRequest
from apps.inbox.models import InboxMessage
from apps.inbox.services import handle_due
from apps.payments import services as payments
from apps.payments.checking import check_money
from apps.payments.models import Payment, PaymentMethod
from apps.tenancy.context import current_store, use_actor
from apps.tenancy.page_versions import note_change
from tests.checkout.shop import assert_adds_up
from tests.support.acting import STAFF, SYSTEM


def switch_on(gateway: str, keys: Mapping[str, str]) -> None:
    method = PaymentMethod.objects.get(gateway=gateway)
    with use_actor(STAFF):
        payments.save_gateway_keys(method=method, keys=keys)
        method.is_active = True
        payments.save_payment_method(method)
    note_change(current_store().id, "payments")  # its own waits for a commit


@use_actor(Actor.system("webhook"))
def arrive(gateway: str, message: tuple[bytes, Mapping[str, str]]) -> InboxMessage:
    """The webhook arrives and its task runs."""
    body, headers = message
    row = gateways.receive_event(gateway_code=gateway, body=body, headers=headers)
    handle_due()
    row.refresh_from_db()
    return row


@use_actor(SYSTEM)
def fresh(payment: Payment) -> Payment:
    return Payment.objects.select_related("order").get(pk=payment.pk)


@use_actor(SYSTEM)
def assert_books_add_up(payment: Payment) -> None:
    assert_adds_up(payment.order)
    assert check_money() == []


def opened(gateway: str, request: ChargeRequest) -> Charge:
    """The charge, with the provider's reference of its order."""
    return replace(request, gateway_ref=get_gateway(gateway).open(request).ref)
