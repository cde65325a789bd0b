"""SKUs that only one of the two knows, and locations. Both lists are for staff; what matches by now goes from them."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any, Final

from django.db.models import F
from django.utils.translation import gettext

from apps.catalog.derived import sku_key
from apps.catalog.selectors import find_variants_by_sku
from apps.common.clock import now
from apps.common.typed_text import Line, Raw, cleans_text
from apps.easyecom.client import Client
from apps.easyecom.models import Location, UnmatchedSku
from apps.easyecom.reading import MOST_OF_SKU
from apps.easyecom.states import Side
from apps.integrations.reading import field_of, short_text_of
from apps.inventory.models import StockItem

_PORTION: Final = 500
_NAMES: Final = ("location_name", "company_name", "companyName", "name")
_NUMBERS: Final = ("warehouse_id", "warehouseId", "company_id", "companyId", "location_id")


@cleans_text
def note_unmatched(
    side: Side, titles: Mapping[str, str], *, reason: Annotated[str, Line(200)]
) -> None:
    """These SKUs have no counterpart; each is counted. Two statements, three for new ones."""
    if not titles:
        return
    at = now()
    rows = UnmatchedSku.objects.filter(side=side, sku__in=titles)
    known = set(rows.values_list("sku", flat=True))
    rows.update(times_seen=F("times_seen") + 1, seen_at=at, reason=reason)
    UnmatchedSku.objects.bulk_create(
        [
            UnmatchedSku(side=side, sku=sku, title=title, reason=reason, seen_at=at)
            for sku, title in titles.items()
            if sku not in known
        ],
        ignore_conflicts=True,
    )


def note_matched(side: Side, skus: Iterable[str]) -> None:
    UnmatchedSku.objects.filter(side=side, sku__in=list(skus)).delete()


def compare_products(client: Client, goes_on: Callable[[], bool]) -> int:
    """Read all products of EasyEcom and compare them with what has stock here. Returns how many there were.

    Names of locations are read as well. Raises what the calls raise; what was compared until then stays.
    """
    began, next_url = now(), ""
    theirs: set[str] = set()
    save_locations(client.list_locations())
    while True:
        page = client.list_products(next_url)
        titles = {
            sku: short_text_of(row.get("product_name") or row.get("productName"), 250)
            for row in page.rows
            if (sku := short_text_of(row.get("sku"), MOST_OF_SKU + 1)) and len(sku) <= MOST_OF_SKU
        }
        ours = find_variants_by_sku(list(titles))
        missing = {sku: title for sku, title in titles.items() if sku not in ours}
        note_unmatched(
            Side.THERE, missing, reason=gettext("EasyEcom has it, the catalog does not.")
        )
        theirs |= {sku_key(sku) for sku in titles}
        next_url = page.next_url
        if not goes_on():
            return len(theirs)
        if not next_url:
            break
    UnmatchedSku.objects.filter(side=Side.THERE, seen_at__lt=began).delete()
    _compare_ours(theirs, began)
    return len(theirs)


def _compare_ours(theirs: set[str], began: datetime) -> None:
    rows = StockItem.objects.order_by("sku").values_list("sku", flat=True).distinct()
    missing = [sku for sku in rows.iterator(chunk_size=_PORTION) if sku_key(sku) not in theirs]
    reason = gettext(
        "It has stock here, and EasyEcom has no such product: orders of it are refused."
    )
    for first in range(0, len(missing), _PORTION):
        portion = missing[first : first + _PORTION]
        note_unmatched(Side.HERE, dict.fromkeys(portion, ""), reason=reason)
    UnmatchedSku.objects.filter(side=Side.HERE, seen_at__lt=began).delete()


def save_locations(rows: Iterable[Mapping[str, Any]]) -> None:
    """The locations of the account with their names. What staff have mapped stays."""
    for row in rows:
        key = field_of(row, "location_key")
        if key:
            found = find_location(key=key, number=_first(row, _NUMBERS))
            name = _first(row, _NAMES) or found.name
            Location.objects.filter(pk=found.pk).update(name=name[:120])


@cleans_text
def find_location(
    *,
    key: Annotated[str, Raw(why="EasyEcom's")],
    number: Annotated[str, Raw(why="EasyEcom's")] = "",
) -> Location:
    """By its key, or else by its number; made where it is new."""
    key = key or f"#{number}"
    found = Location.objects.select_related("warehouse").filter(key=key).first()
    if found is None and key.startswith("#") and number:
        rows = Location.objects.select_related("warehouse").filter(number=number)
        found = rows.order_by("created_at").first()
    if found is None:
        Location.objects.bulk_create([Location(key=key, number=number[:40])], ignore_conflicts=True)
        found = Location.objects.select_related("warehouse").get(key=key)
    if number and found.number != number:
        Location.objects.filter(pk=found.pk).update(number=number[:40])
    return found


def _first(row: Mapping[str, Any], names: Iterable[str]) -> str:
    return next((text for name in names if (text := field_of(row, name))), "")
