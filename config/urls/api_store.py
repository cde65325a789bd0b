"""The API of a store, under `/api/v1/` on the store's host.

This module connects apps that must not import each other: the catalog shows stock from inventory, and inventory counts
variants of the catalog.
"""

from django.urls import URLPattern, URLResolver, include, path

from apps.catalog.selectors import find_variant_by_code, read_lines
from apps.common.api.docs import DocsView, SchemaView
from apps.inventory.api.urls import inventory_urls
from apps.tenancy.context import current_store


def find_sku(variant_ref: str) -> str | None:
    """The SKU of a variant; None without such a variant in the catalog."""
    line = read_lines([variant_ref], current_store().currency).get(variant_ref)
    return line.sku if line is not None else None


def find_code(code: str) -> tuple[str, str] | None:
    """The variant with that SKU or barcode, and its SKU."""
    line = find_variant_by_code(code)
    return (line.variant_ref, line.sku) if line is not None else None


urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("apps.accounts.api.urls")),
    path("", include("apps.catalog.api.urls")),
    *inventory_urls(find_sku, find_code),
    path("", include("apps.carts.api.urls")),
    path("", include("apps.checkout.api.urls")),
    path("", include("apps.giftcards.api.urls")),
    path("", include("apps.payments.api.urls")),
    path("", include("apps.fulfilment.api.urls")),
    path("", include("apps.invoices.api.urls")),
    path("", include("apps.support.api.urls")),
    path("", include("apps.returns.api.urls")),
    path("", include("apps.partners.api.urls")),
    path("schema", SchemaView.as_view(), name="schema"),
    path("docs", DocsView.as_view(), name="docs"),
]
