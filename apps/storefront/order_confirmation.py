"""The buyer's part in confirming an order that is paid on delivery."""

from dataclasses import dataclass
from datetime import datetime

from apps.fulfilment.models import ConfirmationCode
from apps.orders.models import Order
from apps.payments.ways import Confirmation


@dataclass(frozen=True)
class ToConfirm:
    """`sent_to` is where the code went, a part of it hidden; "" while the first one is on its way."""

    is_by_code: bool
    until: datetime
    sent_to: str = ""


def confirmation_of(order: Order) -> ToConfirm | None:
    """None for an order that waits for no confirmation; one query where a code is asked for."""
    if not order.awaits_confirmation or order.confirm_by is None:
        return None
    if order.confirmation != Confirmation.CODE:
        return ToConfirm(False, order.confirm_by)
    sent = ConfirmationCode.objects.filter(order=order).values_list("sent_to", flat=True).first()
    return ToConfirm(True, order.confirm_by, sent or "")
