"""Every read of the catalog."""

from apps.catalog.selectors.categories import (
    CategoryNode,
    category_tree,
    get_category,
    get_category_by_id,
    list_category_nodes,
)
from apps.catalog.selectors.lines import SaleableLine, full_title, read_lines
from apps.catalog.selectors.products import (
    Page,
    count_product_addresses,
    count_products_of_class,
    filter_products,
    find_skus,
    find_variant_refs,
    get_product,
    get_product_by_id,
    list_product_addresses,
    list_products,
    read_product_order,
    read_products,
    read_search,
    search_products,
)
from apps.catalog.versions import get_catalog_version as catalog_version

__all__ = [
    "CategoryNode",
    "Page",
    "SaleableLine",
    "catalog_version",
    "category_tree",
    "count_product_addresses",
    "count_products_of_class",
    "filter_products",
    "find_skus",
    "find_variant_refs",
    "full_title",
    "get_category",
    "get_category_by_id",
    "get_product",
    "get_product_by_id",
    "list_category_nodes",
    "list_product_addresses",
    "list_products",
    "read_lines",
    "read_product_order",
    "read_products",
    "read_search",
    "search_products",
]
