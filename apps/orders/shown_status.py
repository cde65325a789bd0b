"""The status of an order as buyers and programs read it: one whose gift card waits for its day is not delivered.

The column says `delivered` as soon as everything else is with the buyer; no clock changes it on the day of the card.
"""

from typing import Final

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.common.clock import today
from apps.orders.models import Order
from apps.orders.states import OrderStatus

GIFTS_LATER: Final = _("Waits for its day")
GIFTS_FOLLOW: Final = _("Partly delivered")


def shown_status(order: Order) -> OrderStatus:
    status = OrderStatus(order.status)
    return OrderStatus.PROCESSING if _waits(order) else status


def status_text(order: Order) -> str:
    """For people; of an order whose gift card waits the word of the buyer's page."""
    if _waits(order):
        return str(GIFTS_LATER if order.is_gift_cards else GIFTS_FOLLOW)
    return str(OrderStatus(order.status).label)


def with_status(status: str) -> Q:
    """The orders that show this status."""
    waiting = Q(
        status=OrderStatus.DELIVERED, gift_cards_until__gte=today(), cancelled_at__isnull=True
    )
    if status == OrderStatus.PROCESSING:
        return Q(status=status) | waiting
    if status == OrderStatus.DELIVERED:
        late = Q(gift_cards_until__isnull=True) | Q(gift_cards_until__lt=today())
        return Q(status=status) & late
    return Q(status=status)


def _waits(order: Order) -> bool:
    return order.status == OrderStatus.DELIVERED and order.awaits_gift_cards
