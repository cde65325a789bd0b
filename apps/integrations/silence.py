"""Whether a connected system is still heard of, and takes the credentials: one rule for the check and for the mails."""

from collections.abc import Mapping
from datetime import datetime

from apps.common.clock import now
from apps.fulfilment.models import Shipment
from apps.fulfilment.states import ON_THE_WAY
from apps.integrations.models import Integration
from apps.integrations.values import Environment
from apps.orders.models import Order
from apps.orders.states import SHIPPABLE_PAYMENT, FulfilmentState
from apps.platform.outside_checks import Limits


class Silence:
    """Of one look at the store's connections. `heard`: when each was heard of last, by source."""

    def __init__(self, heard: Mapping[str, datetime], limits: Limits) -> None:
        self._heard, self._before = heard, now() - limits.silence
        self._is_awaited: bool | None = None

    def last_heard(self, row: Integration) -> datetime:
        """The beginning of the connection where nothing was heard yet."""
        return self._heard.get(row.code) or row.created_at

    def covers(self, row: Integration) -> bool:
        """Nothing was heard for so long, though the store has waited for news all that time. At most two statements for all
        systems together."""
        if row.environment != Environment.PRODUCTION or self.last_heard(row) >= self._before:
            return False
        if self._is_awaited is None:
            self._is_awaited = _has_open_orders(self._before)
        return self._is_awaited


def _has_open_orders(since: datetime) -> bool:
    """Whether an order is to be shipped, or a parcel on its way, since then or longer. A quiet shop expects no news."""
    if Shipment.objects.filter(state__in=ON_THE_WAY, shipped_at__lt=since).exists():
        return True
    return (
        Order.objects.filter(
            cancelled_at__isnull=True,
            needs_shipping=True,
            fulfilment_state__in=(FulfilmentState.UNFULFILLED, FulfilmentState.PARTIAL),
            payment_state__in=SHIPPABLE_PAYMENT,
            placed_at__lt=since,
        )
        .exclude(paid_at__gte=since)
        .exists()
    )
