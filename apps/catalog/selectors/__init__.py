"""Every read of the catalog."""

from apps.catalog.selectors.categories import (
    CategoryNode,
    category_nodes,
    category_tree,
    get_category,
    get_category_by_id,
    list_category_nodes,
)
from apps.catalog.selectors.lines import (
    LinePart,
    SaleableLine,
    find_variant_by_code,
    find_variants_by_sku,
    full_title,
    read_lines,
    read_shown_lines,
)
from apps.catalog.selectors.lists import (
    Filters,
    Found,
    Page,
    find_list,
    find_places,
    find_product_ids,
    find_products,
    find_skus,
    find_variant_refs,
    list_products,
    list_query,
    spelled_words,
)
from apps.catalog.selectors.naming import find_products_by_sku, skus_of_products
from apps.catalog.selectors.products import (
    count_product_addresses,
    count_products_of_class,
    get_product,
    get_product_by_id,
    list_product_addresses,
    read_products,
)
from apps.catalog.selectors.summaries import ProductSummary, read_summaries
from apps.catalog.versions import get_catalog_version as catalog_version

__all__ = [
    "CategoryNode",
    "Filters",
    "Found",
    "LinePart",
    "Page",
    "ProductSummary",
    "SaleableLine",
    "catalog_version",
    "category_nodes",
    "category_tree",
    "count_product_addresses",
    "count_products_of_class",
    "find_list",
    "find_places",
    "find_product_ids",
    "find_products",
    "find_products_by_sku",
    "find_skus",
    "find_variant_by_code",
    "find_variant_refs",
    "find_variants_by_sku",
    "full_title",
    "get_category",
    "get_category_by_id",
    "get_product",
    "get_product_by_id",
    "list_category_nodes",
    "list_product_addresses",
    "list_products",
    "list_query",
    "read_lines",
    "read_products",
    "read_shown_lines",
    "read_summaries",
    "skus_of_products",
    "spelled_words",
]
