"""The variants that stock is kept of."""

from collections.abc import Collection

from apps.catalog.selectors import find_variants_by_sku
from apps.inventory.variants import finds_variants


@finds_variants
def find_counted(skus: Collection[str]) -> dict[str, tuple[str, str]]:
    return {
        sku: (line.variant_ref, line.sku)
        for sku, line in find_variants_by_sku(skus).items()
        if not line.is_digital
    }
