"""The ledger of payments: every movement once, counters that are its sums, and a check that names what is not."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connections, transaction

from apps.common.clock import now
from apps.common.money import from_minor
from apps.gateways.installed import get_gateway
from apps.gateways.values import Dispute, DisputeStatus, GatewayState
from apps.orders.models import Order
from apps.payments import services as payments
from apps.payments.charges import charge_of
from apps.payments.checking import check_money
from apps.payments.errors import NotRefundable
from apps.payments.models import Payment, Transaction
from apps.payments.services.settling import book_state
from apps.tenancy.context import current_store, use_actor
from tests.checkout.shop import assert_adds_up, make_cart, make_goods, place
from tests.payments.bank import pay_and_tell
from tests.support.acting import STAFF

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_store", "acting")]


@pytest.fixture
def acting(in_store: object) -> Iterator[None]:
    with use_actor(STAFF):
        yield


@pytest.fixture
def payment(in_store: object) -> Payment:
    """Of 500.00 rupees, received."""
    paid = place(make_cart(make_goods())).payment
    pay_and_tell(paid)
    paid.refresh_from_db()
    return paid


def moved(payment: Payment) -> list[tuple[str, int, str]]:
    rows = Transaction.objects.filter(payment=payment).order_by("created_at", "kind")
    return list(rows.values_list("kind", "amount_minor", "currency"))


def state_of(payment: Payment) -> GatewayState:
    return get_gateway("test").fetch(charge_of(payment))


def test_the_check_names_what_went_past_the_ledger(payment: Payment) -> None:
    assert check_money() == []
    number, amount = payment.order.number, payment.amount_minor
    Payment.objects.filter(pk=payment.pk).update(captured_minor=amount - 1, voided_minor=0)
    said, slug = StringIO(), current_store().slug
    with pytest.raises(CommandError):
        call_command("check_ledger", slug, stdout=said)
    assert f"{slug}: {number}: captured_minor is {amount - 1}, the transactions say {amount}" in (
        said.getvalue()
    )
    found = {(each.counter, each.counted, each.expected) for each in check_money()}
    assert found == {
        ("captured_minor", amount - 1, amount),
        ("payable_minor", amount, amount - 1),
    }

    Payment.objects.filter(pk=payment.pk).update(captured_minor=amount, refunded_minor=5)
    assert [(each.counter, each.counted, each.expected) for each in check_money()] == [
        ("refunded_minor", 5, 0)
    ]
    Payment.objects.filter(pk=payment.pk).update(refunded_minor=0)
    Order.objects.filter(pk=payment.order_id).update(total_minor=amount + 1)
    assert [(each.counter, each.source) for each in check_money()] == [
        ("payable_minor", "payments")
    ]


def test_fees_and_disputes_are_booked_once_however_often_they_are_told(payment: Payment) -> None:
    dispute = Dispute(
        ref="dp_1",
        amount=from_minor(20_000, "INR"),
        status=DisputeStatus.OPEN,
        respond_by=now() + timedelta(days=7),
        withdrawn=from_minor(20_000, "INR"),
        returned=from_minor(0, "INR"),
    )
    fetched = replace(state_of(payment), fee=from_minor(1_150, "USD"), disputes=(dispute,))
    for _ in range(3):
        book_state(payment=payment, state=fetched)
        payment.refresh_from_db()
    captured = ("captured", payment.amount_minor, "INR")
    assert moved(payment) == [captured, ("fee", 1_150, "USD"), ("withdrawn", 20_000, "INR")]
    assert payment.disputed_minor == 20_000
    assert payment.needs_attention
    with pytest.raises(NotRefundable):
        payments.refund_payment(
            payment=payment, amount_minor=payment.amount_minor, reason="", actor=STAFF
        )

    won = replace(dispute, status=DisputeStatus.WON, returned=from_minor(20_000, "INR"))
    for _ in range(2):
        book_state(payment=payment, state=replace(fetched, disputes=(won,)))
    payment.refresh_from_db()
    assert payment.disputed_minor == 0
    assert payment.refundable_minor == payment.amount_minor
    assert_adds_up(payment.order)


def test_a_movement_is_booked_once_and_stays(payment: Payment) -> None:
    row = Transaction.objects.get(payment=payment)
    with pytest.raises(IntegrityError), transaction.atomic():
        Transaction.objects.create(
            payment=payment,
            kind=row.kind,
            amount_minor=1,
            currency=row.currency,
            gateway_ref=row.gateway_ref,
        )
    with pytest.raises(DatabaseError), transaction.atomic(), connections["default"].cursor() as sql:
        sql.execute("UPDATE payments_transaction SET amount_minor = 1")


@pytest.mark.parametrize(
    "wrong",
    [
        {"refunded_minor": 50_001},
        {"captured_minor": 50_001},
        {"disputed_minor": -1},
        {"voided_minor": 1},
        {"authorized_minor": 49_999},
    ],
)
def test_the_database_refuses_impossible_sums(payment: Payment, wrong: dict[str, int]) -> None:
    assert payment.amount_minor == 50_000
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.filter(pk=payment.pk).update(**wrong)
