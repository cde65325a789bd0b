"""The table of stock, as it is exported and imported: one row for each SKU and warehouse.

`on_hand` is what there is to be, `low_stock_at` the threshold (`-`: none); an empty cell changes nothing. `was` is what `on_hand`
replaces: the row is refused where the stock is another number by now. Other columns are for readers.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Final

from django.utils.translation import gettext

from apps.common.csv_files import NotATable, read_rows, write_row
from apps.common.text import NotText, clean_code, fold, fold_code, whole_number
from apps.inventory.models import StockImport, StockItem
from apps.inventory.services.stocking import MAX_ON_HAND

COLUMNS: Final = (
    "sku", "warehouse", "on_hand", "was", "low_stock_at", "reserved", "allocated", "available",
)  # fmt: skip
MOST_ROWS: Final = 200_000
_MOST_SHOWN: Final = 200
_CHUNK: Final = 1_000
_NAMES: Final = {
    "sku": "sku", "warehouse": "warehouse", "warehousecode": "warehouse", "onhand": "on_hand",
    "stock": "on_hand", "quantity": "on_hand", "was": "was", "lowstockat": "low_stock_at", "warnat": "low_stock_at",
}  # fmt: skip


@dataclass(frozen=True)
class StockRow:
    """A row of the file; `fault` says why it can't be taken as it is. `clears_limit`: no threshold any more."""

    number: int
    cells: list[str]
    sku: str = ""
    warehouse: str = ""
    on_hand: int | None = None
    was: int | None = None
    low_stock_at: int | None = None
    clears_limit: bool = False
    fault: str = field(default="")


def read_stock_rows(
    file: BinaryIO, place_of: Callable[[str], Hashable] = fold_code
) -> Iterator[StockRow]:
    """The rows below the heading, numbered as a spreadsheet shows them without empty lines. Raises `NotATable`.

    `place_of` says by the cell which warehouse is meant: an empty cell and a code may mean the same one.
    """
    rows = read_rows(file)
    heading = next(rows, None)
    if heading is None:
        raise NotATable(gettext("The file is empty."))
    places = _read_heading(heading)
    seen: set[tuple[str, Hashable]] = set()
    for number, cells in enumerate(rows, 2):
        if number > MOST_ROWS + 1:
            raise NotATable(gettext("At most %(most)s rows.") % {"most": MOST_ROWS})
        row = _read_row(number, cells, places)
        key = (fold_code(row.sku) if row.sku else "", place_of(row.warehouse))
        if not row.fault and key in seen:
            row = StockRow(number, row.cells, fault=named_twice())
        seen.add(key)
        yield row


def named_twice() -> str:
    return gettext("This SKU is there twice.")


def write_stock_rows() -> Iterator[str]:
    """The whole table, in bounded memory."""
    yield "\ufeff" + write_row(COLUMNS)
    items = StockItem.objects.select_related("warehouse").order_by("sku", "pk")
    for item in items.iterator(chunk_size=_CHUNK):
        limit = "-" if item.low_stock_at is None else item.low_stock_at
        yield write_row([
            item.sku, item.warehouse.code, item.on_hand, item.on_hand, limit,
            item.reserved, item.allocated, item.available,
        ])  # fmt: skip


def write_faults(batch: StockImport) -> Iterator[str]:
    """The rows that were not taken, with the reason in front, as a table."""
    yield "\ufeff" + write_row([gettext("row"), gettext("problem")])
    for fault in batch.faults.order_by("row").iterator(chunk_size=_CHUNK):
        yield write_row([fault.row, fault.message, *fault.cells])


def _read_heading(cells: Sequence[str]) -> dict[str, int]:
    places: dict[str, int] = {}
    for place, cell in enumerate(cells):
        name = _NAMES.get(fold(cell).replace("_", "").replace(" ", "").replace("-", ""))
        if name is not None:
            places.setdefault(name, place)
    if "sku" not in places or not {"on_hand", "low_stock_at"} & places.keys():
        raise NotATable(
            gettext("The first row must name the columns: sku, and on_hand or low_stock_at.")
        )
    return places


def _read_row(number: int, cells: list[str], places: Mapping[str, int]) -> StockRow:
    kept = [cell[:_MOST_SHOWN] for cell in cells]
    given = {name: cells[place] if place < len(cells) else "" for name, place in places.items()}
    values: dict[str, Any] = {}
    try:
        values["sku"] = clean_code(given["sku"], most=64)
        values["warehouse"] = clean_code(given.get("warehouse", ""), most=32)
    except NotText as error:
        return StockRow(number, kept, fault=str(error))
    if not values["sku"]:
        return StockRow(number, kept, fault=gettext("The SKU is missing."))
    for name in ("on_hand", "was", "low_stock_at"):
        text = given.get(name, "")
        if name == "low_stock_at" and text == "-":
            values["clears_limit"] = True
            continue
        count = _read_count(text)
        if text and count is None:
            sentence = gettext("%(column)s: “%(text)s” is not a whole number of pieces.")
            return StockRow(number, kept, fault=sentence % {"column": name, "text": text[:40]})
        values[name] = count
    return StockRow(number, kept, **values)


def _read_count(text: str) -> int | None:
    return whole_number(text, most=MAX_ON_HAND)
