"""Orders that wait for something, for people who are about to close the store."""

from django.utils.translation import ngettext

from apps.operations.deletion.unfinished_work import names_unfinished_work
from apps.orders.models import Order
from apps.orders.states import OrderStatus

_OPEN = (OrderStatus.PENDING, OrderStatus.PROCESSING, OrderStatus.SHIPPED)


@names_unfinished_work
def find_open_orders() -> list[str]:
    count = Order.objects.filter(status__in=_OPEN).count()
    if not count:
        return []
    return [
        ngettext(
            "%(count)s order is open: not delivered yet.",
            "%(count)s orders are open: not delivered yet.",
            count,
        )
        % {"count": count}
    ]
