"""Which orders are sales: those that are paid, whose money a bank holds, or that are (or were) to be paid on delivery.

An order that was later cancelled, returned or refunded stays a sale with a smaller remainder.
"""

from typing import Final

from django.db.models import F, Q

from apps.orders.states import AWAITS_CASH, HELD, OrderPaymentState

_PROMISED: Final = sorted(state.value for state in (*AWAITS_CASH, *HELD, OrderPaymentState.VOID))

IS_SALE: Final = Q(paid_at__isnull=False) | Q(payment_state__in=_PROMISED)

OF_SALE: Final = Q(payment__order__paid_at__isnull=False) | Q(
    payment__order__payment_state__in=_PROMISED
)
"""The same for rows of an order's payments."""

KEPT: Final = F("total_minor") - F("refunded_minor") - F("reduced_minor")
"""The final revenue of an order."""
