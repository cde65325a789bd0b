"""Charges that belong to no order."""

from apps.common.ids import new_id
from apps.common.money import Money
from apps.gateways.values import ChargeRequest


def request_of(amount: Money) -> ChargeRequest:
    return ChargeRequest(
        id=new_id(),
        amount=amount,
        number="INV-7",
        description="Invoice INV-7",
        return_path="/invoices/7/",
        customer_email="asha@example.com",
    )
