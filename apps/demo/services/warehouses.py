"""The second warehouse of a demo shop, what is on the way to it and from suppliers, a backorder and a pre-order."""

from datetime import date, timedelta

from apps.common.clock import today
from apps.common.ids import new_id
from apps.demo.services.stories import STAFF
from apps.demo.shops import Shop
from apps.inventory import services as inventory
from apps.inventory.models import Consignment, StockItem, Warehouse
from apps.inventory.selectors import get_default_warehouse
from apps.inventory.states import ConsignmentKind, StockPolicy

_PLACES = {"IN": ("Mumbai warehouse", "Mumbai", "MH", "400001"), "US": ("East warehouse", "Newark", "NJ", "07102")}  # fmt: skip


def make_warehouses(*, shop: Shop) -> None:
    """Nothing where there is something on the way."""
    if Consignment.objects.exists():
        return
    main, second = get_default_warehouse(), _open_second(shop)
    items = list(StockItem.objects.filter(warehouse=main).order_by("sku"))
    there = [item for item in items if item.available >= 8][:6]
    gone = [item for item in items if item.available <= 0 and not item.owed][:2]
    for item in there[:4]:
        inventory.receive_stock(
            variant_ref=item.variant_ref,
            sku=item.sku,
            quantity=6,
            warehouse=second,
            reason="first delivery",
            actor=STAFF,
        )
    if there:
        transfer = _save(ConsignmentKind.TRANSFER, second, there[:3], 4, source=main)
        inventory.send_consignment(consignment=transfer, actor=STAFF)
    if gone:
        inventory.set_policy(stock_item=gone[0], policy=StockPolicy.BACKORDER, limit=20)
        _order("Hillside Supply", main, gone[:1], 24, today() + timedelta(days=12))
    if len(gone) > 1:
        release = today() + timedelta(days=30)
        inventory.set_policy(
            stock_item=gone[1], policy=StockPolicy.PREORDER, limit=50, release_on=release
        )
    if len(there) > 4:
        _order("Riverbank Traders", main, there[4:], 12, today() - timedelta(days=3))


def _open_second(shop: Shop) -> Warehouse:
    name, city, region, code = _PLACES.get(shop.country, _PLACES["US"])
    second, _ = Warehouse.objects.get_or_create(
        code="SECOND",
        defaults={
            "name": name,
            "priority": 20,
            "country": shop.country,
            "city": city,
            "region": region,
            "postal_code": code,
            "serves": f"{shop.country}-{region}",
        },
    )
    return second


def _save(
    kind: ConsignmentKind,
    to: Warehouse,
    items: list[StockItem],
    pieces: int,
    *,
    source: Warehouse | None = None,
    supplier: str = "",
    expected_on: date | None = None,
) -> Consignment:
    return inventory.save_consignment(
        key=new_id(),
        kind=kind,
        source=source,
        destination=to,
        supplier=supplier,
        expected_on=expected_on,
        lines=[inventory.LineInput(item.variant_ref, item.sku, pieces) for item in items],
    )


def _order(
    supplier: str, to: Warehouse, items: list[StockItem], pieces: int, expected_on: date
) -> None:
    delivery = _save(
        ConsignmentKind.DELIVERY, to, items, pieces, supplier=supplier, expected_on=expected_on
    )
    inventory.send_consignment(consignment=delivery, actor=STAFF)
