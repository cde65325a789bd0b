"""Which orders are sales: those that are paid, or that are (or were) to be paid on delivery.

An order that was later cancelled, returned or refunded stays a sale with a smaller remainder.
"""

from typing import Final

from django.db.models import F, Q

from apps.orders.states import AWAITS_CASH, OrderPaymentState

_ON_DELIVERY: Final = sorted(state.value for state in (*AWAITS_CASH, OrderPaymentState.VOID))

IS_SALE: Final = Q(paid_at__isnull=False) | Q(payment_state__in=_ON_DELIVERY)

KEPT: Final = F("total_minor") - F("refunded_minor") - F("reduced_minor")
"""The final revenue of an order."""
