"""Every write of the catalog. Each service increments the catalog version after its write."""

from apps.catalog.services.bundles import PartInput, save_bundle
from apps.catalog.services.categories import (
    check_category,
    create_category,
    delete_category,
    update_category,
)
from apps.catalog.services.images import add_image, arrange_images, remove_image
from apps.catalog.services.products import delete_product, save_product, set_product_status

__all__ = [
    "PartInput",
    "add_image",
    "arrange_images",
    "check_category",
    "create_category",
    "delete_category",
    "delete_product",
    "remove_image",
    "save_bundle",
    "save_product",
    "set_product_status",
    "update_category",
]
