"""What a buyer and the test bank do, for the tests of payments."""

import re
from dataclasses import replace
from typing import Any

from django.test import Client

from apps.common.actor import Actor
from apps.common.money import from_minor
from apps.gateways import services as gateways
from apps.gateways import test_bank
from apps.gateways.installed import get_gateway
from apps.gateways.models import TestGatewayCharge
from apps.gateways.values import GatewayState
from apps.inbox.models import InboxMessage
from apps.inbox.services import handle_due
from apps.payments import services as payments
from apps.payments.charges import charge_of
from apps.payments.models import Payment
from apps.tenancy.context import show_order, use_actor
from tests.support.acting import GUEST

BANK = Actor.system("test bank")
State = TestGatewayCharge.State


@use_actor(BANK)
def pay(payment: Payment) -> None:
    """The buyer pays at the bank; the shop has not heard of it."""
    test_bank.choose(test_bank.get_charge(str(payment.pk)), State.PAID)


@use_actor(BANK)
def decline(payment: Payment) -> None:
    test_bank.choose(test_bank.get_charge(str(payment.pk)), State.DECLINED)


@use_actor(BANK)
def promise(payment: Payment) -> None:
    """The buyer chooses "pay later"."""
    test_bank.choose(test_bank.get_charge(str(payment.pk)), State.LATER)


@use_actor(BANK)
def message_of(payment: Payment) -> tuple[bytes, dict[str, str]]:
    """The signed webhook about the charge as it is now."""
    return test_bank.build_event(test_bank.get_charge(str(payment.pk)))


@use_actor(Actor.system("webhook"))
def deliver(message: tuple[bytes, dict[str, str]]) -> InboxMessage:
    """The webhook arrives and its task runs."""
    body, headers = message
    event = gateways.receive_event(gateway_code="test", body=body, headers=headers)
    handle_due()
    event.refresh_from_db()
    return event


def pay_and_tell(payment: Payment) -> InboxMessage:
    pay(payment)
    return deliver(message_of(payment))


def pay_again(payment: Payment) -> GatewayState:
    """The buyer asks for the way to pay once more: a guest who has the order's link."""
    token = payment.order.access_token
    with use_actor(GUEST):
        show_order(token)
        return payments.pay_again(payment=payment)


def pay_at(guest: Client, url: str, choice: str = "pay") -> Any:
    """Open the bank's page, take its form, press a button."""
    page = guest.get(re.sub(r"^https?://[^/]+", "", url))
    assert page.status_code == 200
    return guest.post(page.request["PATH_INFO"], {"choice": choice})


@use_actor(BANK)
def pay_amount(payment: Payment, amount_minor: int) -> None:
    """The buyer pays another amount than was asked for, and the shop hears of it."""
    test_bank.choose(test_bank.get_charge(str(payment.pk)), State.PAID)
    state = get_gateway(payment.gateway).fetch(charge_of(payment))
    captured = from_minor(amount_minor, payment.currency)
    payments.confirm_payment(payment=payment, state=replace(state, captured=captured))
