"""What a visitor of the shop has bought."""

from apps.orders.models import Order
from apps.tenancy.context import use_actor
from tests.support.acting import SYSTEM


@use_actor(SYSTEM)
def orders() -> list[Order]:
    return list(Order.objects.order_by("placed_at"))
