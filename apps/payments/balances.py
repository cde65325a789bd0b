"""What the payments of an order cover, and what is missing or too much."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from apps.orders.models import Order
from apps.orders.states import OrderPaymentState
from apps.payments.models import Payment, Refund
from apps.payments.states import HELD_STATES, OPEN_STATES, RefundState

_LACKS: Final = (OrderPaymentState.UNDERPAID, OrderPaymentState.FAILED)


@dataclass(frozen=True)
class Balance:
    """Amounts of an order in minor units. `received` is what came, `refunded` what was asked to go back of it.

    `missing`: nothing that is open covers it. `excess` came beyond what was to be paid and was not given back.
    """

    payable_minor: int = 0
    received_minor: int = 0
    held_minor: int = 0
    refunded_minor: int = 0
    missing_minor: int = 0
    excess_minor: int = 0

    @property
    def can_write_off(self) -> bool:
        """Only the rest of an order for which something came."""
        return 0 < self.missing_minor < self.payable_minor


def balance_of(order: Order, payments: Iterable[Payment] | None = None) -> Balance:
    """At most two queries; one with the payments at hand."""
    if payments is None:
        payments = Payment.objects.filter(order_id=order.pk)
    rows = list(payments)
    received = sum(each.captured_minor for each in rows)
    refunded = sum(each.refunded_minor for each in rows)
    held = held_of(rows)
    missing = excess = 0
    is_open = any(each.state in OPEN_STATES for each in rows)
    lacks = order.paid_at is None and not order.is_cancelled and order.payment_state in _LACKS
    if lacks and not is_open:
        missing = lacking_minor(order, rows)
    if received > order.payable_minor:
        excess = max(received - order.payable_minor - _given_beyond(order), 0)
    return Balance(order.payable_minor, received, held, refunded, missing, excess)


def lacking_minor(order: Order, payments: Iterable[Payment]) -> int:
    """What the payments do not cover, whether it was asked for or not. At most one query."""
    rows = list(payments)
    return max(order.payable_minor - came_for(order, rows) - held_of(rows), 0)


def came_for(order: Order, payments: Iterable[Payment]) -> int:
    """What came and pays the order. What was given back of the order itself is not asked for again: only refunds of what
    was no part of it count less. No query where nothing was given back."""
    rows = list(payments)
    came = sum(each.captured_minor for each in rows)
    return came - _given_beyond(order) if any(each.refunded_minor for each in rows) else came


def held_of(payments: Iterable[Payment]) -> int:
    """What banks hold and will be captured: less than they hold where pieces were taken off since."""
    held = (each for each in payments if each.state in HELD_STATES and not each.pays_on_delivery)
    return sum(min(each.held_minor, each.due_minor) for each in held)


def _given_beyond(order: Order) -> int:
    """What refunds give back of money that came beyond what was to be paid."""
    rows = Refund.objects.filter(payment__order_id=order.pk).exclude(state=RefundState.FAILED)
    return sum(whole - of_it for whole, of_it in rows.values_list("amount_minor", "credited_minor"))
