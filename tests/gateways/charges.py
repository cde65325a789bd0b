"""Charges that belong to no order."""

from apps.common.ids import new_id
from apps.common.money import Money
from apps.gateways.values import CaptureRequest, CaptureTime, Charge, ChargeRequest


def request_of(amount: Money, capture: CaptureTime = CaptureTime.AT_ONCE) -> ChargeRequest:
    return ChargeRequest(
        id=new_id(),
        amount=amount,
        number="INV-7",
        description="Invoice INV-7",
        capture=capture,
        return_path="/invoices/7/",
        customer_email="asha@example.com",
    )


def capture_of(
    charge: Charge, amount: Money, *, before: Money | None = None, is_last: bool = False
) -> CaptureRequest:
    return CaptureRequest(
        id=new_id(),
        charge=charge,
        amount=amount,
        captured_before=before or Money(0, amount.currency),
        is_last=is_last,
    )
