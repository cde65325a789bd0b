"""Bundles by SKU, as staff and partners name them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from django.utils.translation import gettext

from apps.catalog.selectors import SaleableLine, find_variants_by_sku
from apps.common.typed_text import Code, cleans_text
from apps.inventory import services as inventory
from apps.inventory.errors import BundleRefused
from apps.inventory.models import Bundle


@dataclass(frozen=True)
class PartInput:
    sku: str
    quantity: int


@cleans_text
def save_bundle(
    *, sku: Annotated[str, Code(64)], parts: Sequence[PartInput], version: int | None = None
) -> Bundle:
    """Make the variant a bundle of these parts, or replace its parts: one document read.

    Raises `BundleRefused`, also for a SKU that is not in the catalog and for a download, and `BundleChanged`.
    """
    known = find_variants_by_sku([sku, *(part.sku for part in parts)])
    itself = _require(known, sku)
    found = [(_require(known, part.sku), part.quantity) for part in parts]
    return inventory.save_bundle(
        variant_ref=itself.variant_ref,
        sku=itself.sku,
        parts=[
            inventory.BundledPart(item.variant_ref, item.sku, quantity) for item, quantity in found
        ],
        version=version,
    )


def _require(known: dict[str, SaleableLine], sku: str) -> SaleableLine:
    item = known.get(sku)
    if item is None:
        sentence = gettext("There is no variant with the SKU %(sku)s.")
        raise BundleRefused(sentence % {"sku": sku})
    if item.is_digital:
        sentence = gettext("%(sku)s is a download, which has no stock: it can't be in a bundle.")
        raise BundleRefused(sentence % {"sku": sku})
    return item
