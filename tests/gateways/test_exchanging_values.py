"""Gateways take values and return values: a charge needs no order and no payment, in a store and on the platform."""

from collections.abc import Iterator
from typing import Any

import pytest

from apps.common.clock import now
from apps.common.ids import new_id
from apps.common.money import Money, from_minor
from apps.gateways import test_bank
from apps.gateways.base import Gateway
from apps.gateways.errors import ChargeNotOpen, GatewayRefused, MalformedEvent
from apps.gateways.installed import get_gateway, list_gateways
from apps.gateways.models import TestGatewayCharge as LedgerCharge
from apps.gateways.values import CaptureTime, Charge, ChargeRequest, ChargeStatus, RefundRequest
from apps.tenancy.context import outside_store, use_store
from tests.gateways.charges import capture_of, request_of

pytestmark = pytest.mark.django_db
RUPEES = from_minor(60_000, "INR")
State = LedgerCharge.State


@pytest.fixture(params=["platform", "store"])
def home(request: pytest.FixtureRequest, store: Any) -> Iterator[None]:
    with outside_store() if request.param == "platform" else use_store(store):
        yield


@pytest.fixture
def bank(home: None) -> Gateway:
    return get_gateway("test")


def refund_of(charge: Charge, amount: Money) -> RefundRequest:
    return RefundRequest(id=new_id(), charge=charge, amount=amount)


@pytest.mark.parametrize("amount", [RUPEES, from_minor(499, "JPY"), from_minor(1_234, "KWD")])
def test_a_charge_is_opened_paid_and_given_back(bank: Gateway, amount: Money) -> None:
    request = request_of(amount)
    assert bank.fetch(request).status is ChargeStatus.UNKNOWN

    opened = bank.open(request)
    assert opened.next_url == f"/payments/test/{request.id}/"
    assert bank.open(request) == opened
    assert LedgerCharge.objects.count() == 1
    test_bank.choose(test_bank.get_charge(request.ref), State.PAID)

    paid = bank.fetch(request)
    assert (paid.status, paid.amount) == (ChargeStatus.PAID, amount)
    body, headers = test_bank.build_event(test_bank.get_charge(request.ref))
    assert bank.verify(body=body, headers=headers).charge_ref == request.ref
    back = refund_of(request, amount)
    assert bank.refund(back) == bank.refund(back), "the same id is the same refund"
    with pytest.raises(GatewayRefused):
        bank.refund(refund_of(request, amount))


def test_a_cancelled_charge_takes_no_money(bank: Gateway) -> None:
    request = request_of(RUPEES)
    bank.open(request)

    assert bank.cancel(request).status is ChargeStatus.CANCELLED
    with pytest.raises(ChargeNotOpen):
        test_bank.choose(test_bank.get_charge(request.ref), State.PAID)


def authorized(bank: Gateway, amount: Money) -> ChargeRequest:
    request = request_of(amount, CaptureTime.LATER)
    bank.open(request)
    test_bank.choose(test_bank.get_charge(request.ref), State.PAID)
    return request


@pytest.mark.parametrize("amount", [RUPEES, from_minor(499, "JPY"), from_minor(1_234, "KWD")])
def test_held_money_is_captured_in_parts_and_the_rest_is_released(
    bank: Gateway, amount: Money
) -> None:
    request = authorized(bank, amount)
    nothing, part = Money(0, amount.currency), from_minor(100, amount.currency.code)
    held = bank.fetch(request)
    assert (held.status, held.authorized, held.captured) == (
        ChargeStatus.AUTHORIZED,
        amount,
        nothing,
    )
    assert held.held_until is not None
    with pytest.raises(GatewayRefused):
        bank.refund(refund_of(request, part))

    first = capture_of(request, part)
    assert bank.capture(first) == bank.capture(first), "the same id is the same capture"
    state = bank.capture(capture_of(request, part, before=part, is_last=True))

    assert (state.status, state.captured, state.authorized) == (
        ChargeStatus.PAID,
        part + part,
        amount,
    )
    assert bank.fetch(request) == state
    with pytest.raises(GatewayRefused):
        bank.capture(capture_of(request, part))
    with pytest.raises(GatewayRefused):
        bank.refund(refund_of(request, part + part + part))


@pytest.mark.parametrize(
    ("captured", "status"), [(0, ChargeStatus.CANCELLED), (100, ChargeStatus.PAID)]
)
@pytest.mark.parametrize("ends_by", ["cancel", "time"])
def test_held_money_ends_as_what_was_captured_of_it(
    bank: Gateway, captured: int, status: ChargeStatus, ends_by: str
) -> None:
    request = authorized(bank, RUPEES)
    if captured:
        bank.capture(capture_of(request, from_minor(captured, "INR")))
    if ends_by == "cancel":
        bank.cancel(request)
    else:
        LedgerCharge.objects.update(held_until=now())

    state = bank.fetch(request)
    assert (state.status, state.captured) == (status, from_minor(captured, "INR"))
    with pytest.raises(GatewayRefused):
        bank.capture(capture_of(request, RUPEES))


def test_cash_has_no_page_and_repeats_the_amount(home: None) -> None:
    cash, request = get_gateway("cash_on_delivery"), request_of(RUPEES)

    assert (cash.open(request).amount, cash.open(request).next_url) == (RUPEES, "")
    assert cash.cancel(request).status is ChargeStatus.CANCELLED
    assert cash.refund(refund_of(request, RUPEES)).ref
    assert not cash.can_authorize
    with pytest.raises(GatewayRefused):
        cash.capture(capture_of(request, RUPEES))
    with pytest.raises(MalformedEvent):
        cash.verify(body=b"{}", headers={})


def test_gateways_without_a_provider_answer_for_an_unknown_charge(home: None) -> None:
    answered = {
        gateway.code: gateway.fetch(request_of(RUPEES)).status
        for gateway in list_gateways()
        if gateway.is_test or gateway.pays_on_delivery
    }
    # a courier's cash has no record of its own: every charge is as open as the order says
    assert answered == {"test": ChargeStatus.UNKNOWN, "cash_on_delivery": ChargeStatus.OPEN}


def test_a_customer_and_the_way_to_their_order_stay_out_of_logs() -> None:
    shown = repr(request_of(RUPEES))
    assert "asha" not in shown
    assert "/invoices/" not in shown
