"""What a buyer and the test bank do, for the tests of payments."""

import re
from typing import Any

from django.test import Client

from apps.gateways import services as gateways
from apps.gateways import test as test_bank
from apps.gateways.models import GatewayEvent, TestGatewayCharge
from apps.payments import services as payments
from apps.payments.models import Payment

State = TestGatewayCharge.State


def pay(payment: Payment) -> None:
    """The buyer pays at the bank; the shop has not heard of it."""
    test_bank.choose(test_bank.get_charge(str(payment.pk)), State.PAID)


def decline(payment: Payment) -> None:
    test_bank.choose(test_bank.get_charge(str(payment.pk)), State.DECLINED)


def promise(payment: Payment) -> None:
    """The buyer chooses "pay later"."""
    test_bank.choose(test_bank.get_charge(str(payment.pk)), State.LATER)


def message_of(payment: Payment) -> tuple[bytes, dict[str, str]]:
    """The signed webhook about the charge as it is now."""
    return test_bank.build_event(test_bank.get_charge(str(payment.pk)))


def deliver(message: tuple[bytes, dict[str, str]]) -> GatewayEvent:
    """The webhook arrives and its task runs."""
    body, headers = message
    event = gateways.receive_event(gateway_code="test", body=body, headers=headers)
    return payments.handle_gateway_event(event_id=event.pk)


def pay_and_tell(payment: Payment) -> GatewayEvent:
    pay(payment)
    return deliver(message_of(payment))


def pay_at(guest: Client, url: str, choice: str = "pay") -> Any:
    """Open the bank's page, take its form, press a button."""
    page = guest.get(re.sub(r"^https?://[^/]+", "", url))
    assert page.status_code == 200
    return guest.post(page.request["PATH_INFO"], {"choice": choice})
