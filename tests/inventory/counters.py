"""The counters of the stock of tea."""

from apps.inventory.models import StockItem


def counters() -> tuple[int, int, int]:
    item = StockItem.objects.get(variant_ref="tea")
    return item.on_hand, item.reserved, item.allocated
