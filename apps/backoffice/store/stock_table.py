"""The stock of a product's variants, as a small table in its form: counted numbers in, ledger movements out."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from apps.catalog.documents import Product
from apps.common.actor import Actor
from apps.common.text import whole_number
from apps.inventory import services as inventory
from apps.inventory.errors import NoWarehouse
from apps.inventory.models import StockItem
from apps.inventory.selectors import get_default_warehouse

_MOST = 100_000_000
_DIGITS = 9
SHOWN = "shown-"


class StockWidget(forms.Widget):
    """`attrs["product"]` is the product; one number field a variant, named `stock-<variant id>`.

    A hidden field holds the number shown: an unchanged number is not a count, so a sale made meanwhile is not reverted.
    """

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        product: Product = self.attrs["product"]
        typed: Mapping[str, Any] = value or {}
        items = {item.variant_ref: item for item in _stock_of(product)}
        rows = [
            {
                "name": f"{name}-{variant.id}",
                "variant": variant,
                "item": items.get(variant.id),
                "shown": (shown := items[variant.id].on_hand if variant.id in items else 0),
                "value": typed.get(variant.id, shown),
            }
            for variant in product.variants
        ]
        return render_to_string("backoffice/stock_table.html", {"rows": rows})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[str, str]:
        prefix = f"{name}-"
        return {
            key.removeprefix(prefix): data[key]
            for key in data
            if key.startswith(prefix) and data.get(f"{SHOWN}{key}") != data[key]
        }

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return not any(key.startswith(f"{name}-") for key in data)


class StockField(forms.Field):
    """Cleans to `{variant_ref: pieces}`."""

    widget = StockWidget

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, **kwargs})

    def clean(self, value: Any) -> dict[str, int]:
        counted = {}
        for variant_ref, text in (value or {}).items():
            pieces = whole_number(str(text), most=_MOST)
            if pieces is None:
                raise ValidationError(
                    gettext("%(value)s is not a number of pieces.")
                    % {"value": f"{str(text)[:20]!r}"}
                )
            counted[variant_ref] = pieces
        return counted


def seen_stock(data: Mapping[str, Any], name: str) -> dict[str, int]:
    """The numbers that the table of the page showed, by variant."""
    prefix = f"{SHOWN}{name}-"
    return {
        key.removeprefix(prefix): int(data[key])
        for key in data
        if key.startswith(prefix) and str(data[key]).isdecimal()
    }


def check_stock(*, product: Product, counted: Mapping[str, int], seen: Mapping[str, int]) -> None:
    """Raise what `write_stock` would, before anything of the product's page is written."""
    get_default_warehouse()
    for item in _stock_of(product):
        ref = item.variant_ref
        if ref in counted:
            inventory.require_countable(stock_item=item, on_hand=counted[ref], seen=seen.get(ref))


def write_stock(
    *,
    product: Product,
    counted: Mapping[str, int],
    seen: Mapping[str, int],
    opening: int | None,
    actor: Actor,
) -> None:
    """Every variant gets its stock row; counted numbers are recorded. Raises `StockPromised` below what is sold."""
    existing = {item.variant_ref: item for item in _stock_of(product)}
    for variant in product.variants:
        item = existing.get(variant.id)
        if item is None:
            inventory.receive_stock(
                variant_ref=variant.id,
                sku=variant.sku,
                quantity=counted.get(variant.id, opening or 0),
                reason="first stock",
                actor=actor,
            )
        elif variant.id in counted and counted[variant.id] != item.on_hand:
            inventory.set_on_hand(
                stock_item=item,
                on_hand=counted[variant.id],
                seen=seen.get(variant.id),
                reason="counted on the product page",
                actor=actor,
            )


def _stock_of(product: Product) -> list[StockItem]:
    """In the main warehouse; nothing where every warehouse is switched off."""
    try:
        warehouse = get_default_warehouse()
    except NoWarehouse:
        return []
    rows = StockItem.objects.filter(warehouse=warehouse, variant_ref__in=product.variant_refs)
    return list(rows)
