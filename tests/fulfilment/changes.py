"""Changes of placed orders, and what they leave: for the tests of changing and splitting."""

from typing import Any

from apps.fulfilment import services as fulfilment
from apps.fulfilment.changes import ChangeInput, Plan, plan_change
from apps.invoices.models import Document
from apps.orders.models import Order
from apps.payments import services as payments
from apps.payments.models import Payment
from tests.payments.bank import pay_and_tell
from tests.support.acting import STAFF


def plan(order: Order, **change: Any) -> Plan:
    order.refresh_from_db()
    return plan_change(order, ChangeInput(reason="As agreed by telephone", **change))


def change(order: Order, **change: Any) -> Order:
    order.refresh_from_db()
    return fulfilment.change_order(
        order=order,
        change=ChangeInput(reason="As agreed by telephone", **change),
        version=order.event_count,
        actor=STAFF,
    )


def pay_later(payment: Payment) -> None:
    """By the link in the mail."""
    payments.open_at_gateway(payment=payment)
    pay_and_tell(payment)


def line_of(order: Order) -> Any:
    return order.lines.order_by("position")[0]


def owed(order: Order) -> int:
    """What the buyer pays in the end, by the books of the order."""
    order.refresh_from_db()
    return order.payable_minor - order.refunded_minor


def documents(order: Order) -> tuple[list[int], list[int]]:
    rows = Document.objects.filter(order=order).order_by("created_at", "id")
    return (
        [each.total_minor for each in rows if not each.is_credit_note],
        [each.total_minor for each in rows if each.is_credit_note],
    )
