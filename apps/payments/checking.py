"""Whether the money of a store adds up: counters, transactions, refunds and what orders say."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet, Sum

from apps.orders.models import Order
from apps.payments.models import Payment, Refund, Transaction
from apps.payments.states import COUNTERS, RefundState, TransactionKind
from apps.platform.ledgers import LedgerDifference, in_portions, started_after


def check_money(since: datetime | None = None) -> list[LedgerDifference]:
    """Every counter that differs from its transactions or refunds, and every order that is called paid and is not.

    Four queries for a thousand orders. Run it in a quiet moment: a payment between two of them can appear as a
    difference.
    """
    orders = started_after(Order.objects.order_by("pk"), since, "placed_at")
    return [
        found
        for some in in_portions(orders)
        for found in _differences({order.pk: order for order in some})
    ]


def _differences(by_id: dict[UUID, Order]) -> Iterator[LedgerDifference]:
    payments = list(Payment.objects.filter(order_id__in=by_id).order_by("pk"))
    moved = _sums(Transaction.objects.filter(payment__order_id__in=by_id), "kind")
    asked = _sums(Refund.objects.filter(payment__order_id__in=by_id), "state")
    captured: dict[UUID, int] = {}
    for payment in payments:
        order = by_id[payment.order_id]
        captured[payment.order_id] = captured.get(payment.order_id, 0) + payment.captured_minor
        for counter, counted, expected, source in _compared(payment, moved, asked):
            if counted != expected:
                yield LedgerDifference(order.number, counter, counted, expected, source, order.pk)
    for order in by_id.values():
        got = captured.get(order.pk, 0)
        if order.paid_at is not None and got < order.payable_minor:
            yield LedgerDifference(
                order.number, "payable_minor", order.payable_minor, got, "payments", order.pk
            )


def _compared(
    payment: Payment, moved: "_Sums", asked: "_Sums"
) -> Iterator[tuple[str, int, int, str]]:
    """Counter, what it says, what it should say, and by what."""
    expected = dict.fromkeys((counter for counter, _ in COUNTERS.values()), 0)
    for kind, (counter, sign) in COUNTERS.items():
        expected[counter] += sign * moved.get((payment.pk, kind), 0)
    for counter, amount in expected.items():
        yield counter, getattr(payment, counter), amount, "transactions"
    done = asked.get((payment.pk, RefundState.SUCCEEDED), 0)
    waiting = asked.get((payment.pk, RefundState.REQUESTED), 0)
    yield "refunded_minor", payment.refunded_minor, done + waiting, "refunds"
    given = moved.get((payment.pk, TransactionKind.REFUNDED), 0)
    yield "refunds", done, given, "transactions"


_Sums = dict[tuple[UUID, str], int]


def _sums(rows: QuerySet[Any], by: str) -> _Sums:
    """Amounts by payment and kind, or state. One query."""
    found = rows.order_by().values_list("payment_id", by).annotate(sum=Sum("amount_minor"))
    return {(payment_id, name): amount for payment_id, name, amount in found}
