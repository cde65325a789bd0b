"""Which orders are sales: those that are paid, whose money a bank holds, or that are (or were) to be paid on delivery.

An order that was later cancelled, returned or refunded stays a sale with a smaller remainder. So does one to which staff added
something: what of it is not paid yet (`unpaid_minor`) is not counted before it is.
"""

from typing import Final

from django.db.models import F, Q

from apps.orders.states import AWAITS_CASH, HELD, OrderPaymentState

_PROMISED: Final = sorted(state.value for state in (*AWAITS_CASH, *HELD, OrderPaymentState.VOID))

IS_SALE: Final = Q(paid_at__isnull=False) | Q(payment_state__in=_PROMISED) | Q(unpaid_minor__gt=0)

OF_SALE: Final = (
    Q(payment__order__paid_at__isnull=False)
    | Q(payment__order__payment_state__in=_PROMISED)
    | Q(payment__order__unpaid_minor__gt=0)
)
"""The same for rows of an order's payments."""

SOLD: Final = F("total_minor") - F("unpaid_minor") - F("voucher_minor")
"""What was sold with an order that is a sale: without the gift cards in it, which are a sale when they are spent."""

KEPT: Final = SOLD - F("refunded_minor") - F("reduced_minor") + F("voucher_refunded_minor")
"""The final revenue of an order."""

HAS_GOODS: Final = Q(voucher_minor=0) | Q(total_minor__gt=F("voucher_minor"))
"""Not of gift cards alone."""
