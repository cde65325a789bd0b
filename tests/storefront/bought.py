"""What a visitor of the shop has bought."""

from apps.orders.models import Order


def orders() -> list[Order]:
    return list(Order.objects.order_by("placed_at"))
