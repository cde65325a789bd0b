"""A bundle of a demo shop, a stock take that is being counted, and who is mailed when stock runs low."""

from collections.abc import Mapping
from typing import Final

from apps.catalog import services as catalog
from apps.catalog.documents import Product
from apps.catalog.services import PartInput
from apps.common.slugs import slug_of
from apps.demo.services.stories import STAFF
from apps.demo.shops import Shop
from apps.inventory import services as inventory
from apps.inventory.models import Bundle, StockAlertSettings, StockItem, StockTake
from apps.inventory.selectors import get_default_warehouse

# By the titles of products; the first variant of each.
_BUNDLES: Final[Mapping[str, Mapping[str, int]]] = {
    "Chai Starter Box": {"Masala Chai No. 1": 1, "Kulhad Cup": 2, "Brass Strainer": 1},
}


def make_bundles() -> None:
    """Before anything is sold: a bundle has no stock of its own. Repeatable."""
    for title, parts in _BUNDLES.items():
        names = [title, *parts]
        found = {
            each.title: each for each in Product.objects.filter(slug__in=list(map(slug_of, names)))
        }
        if len(found) < len(names) or Bundle.objects.exists():
            continue
        whole = found[title].variants[0]
        items = StockItem.objects.filter(variant_ref=whole.id)
        if any(item.reserved or item.allocated for item in items):
            continue
        for item in items:
            inventory.set_on_hand(stock_item=item, on_hand=0, reason="a bundle now", actor=STAFF)
        catalog.save_bundle(
            sku=whole.sku,
            parts=[PartInput(found[name].variants[0].sku, count) for name, count in parts.items()],
        )


def make_counts(*, shop: Shop) -> None:
    """Nothing where there is a stock take."""
    if StockTake.objects.exists():
        return
    alerts, _created = StockAlertSettings.objects.get_or_create(key="store")
    inventory.save_stock_alerts(
        settings=alerts, addresses=f"stock@{shop.slug}.example", minutes=60, offers_notices=True
    )
    warehouse = get_default_warehouse()
    items = list(StockItem.objects.filter(warehouse=warehouse, on_hand__gte=5).order_by("sku")[:8])
    take = inventory.plan_stock_take(
        name="Shelf by the door",
        warehouse=warehouse,
        skus="\n".join(item.sku for item in items),
        actor=STAFF,
    )
    take = inventory.open_stock_take(take=take, actor=STAFF)
    for place, item in enumerate(items[:5]):
        inventory.record_count(
            take=take,
            variant_ref=item.variant_ref,
            sku=item.sku,
            quantity=item.on_hand - (place % 3 == 1),
            actor=STAFF,
        )
