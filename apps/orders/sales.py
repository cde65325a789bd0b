"""Which orders are sales: those that are paid, or that are (or were) to be paid on delivery.

One that was cancelled, returned or refunded later stays a sale, of which less remains.
"""

from typing import Final

from django.db.models import F, Q

from apps.orders.states import AWAITS_CASH, OrderPaymentState

_ON_DELIVERY: Final = sorted(state.value for state in (*AWAITS_CASH, OrderPaymentState.VOID))

IS_SALE: Final = Q(paid_at__isnull=False) | Q(payment_state__in=_ON_DELIVERY)

KEPT: Final = F("total_minor") - F("refunded_minor") - F("reduced_minor")
"""What an order has brought in, or is to bring in, in the end."""
