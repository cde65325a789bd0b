"""The search of the whole admin (Ctrl-K): orders, products and people, a few of each, for those who may see them."""

from typing import Any, Final

from django.contrib.admin import ModelAdmin
from django.http import HttpRequest
from django.urls import reverse
from unfold.dataclasses import SearchResult

from apps.accounts.models import Customer, User
from apps.backoffice.sites import store_admin
from apps.catalog.documents import Product
from apps.orders.models import Order

MOST: Final = 6
LEAST_CHARACTERS: Final = 2


def search_everything(request: HttpRequest, term: str) -> list[SearchResult]:
    """Finds the same as the lists: numbers, names, addresses, SKUs."""
    if len(term.strip()) < LEAST_CHARACTERS:
        return []
    return [
        _result(admin, row)
        for model in (Order, Product, Customer, User)
        if (admin := store_admin._registry.get(model)) and admin.has_view_permission(request)
        for row in _find(admin, request, term)
    ]


def _find(admin: ModelAdmin[Any], request: HttpRequest, term: str) -> list[Any]:
    found, has_duplicates = admin.get_search_results(request, admin.get_queryset(request), term)
    return list((found.distinct() if has_duplicates else found)[:MOST])


def _result(admin: ModelAdmin[Any], row: Any) -> SearchResult:
    opts = admin.opts
    name = f"{store_admin.name}:{opts.app_label}_{opts.model_name}_change"
    if isinstance(row, Customer):
        name = f"{store_admin.name}:accounts_customer_page"
    return SearchResult(
        title=_title(row), description=_description(row), link=reverse(name, args=[row.pk]), icon=""
    )


def _title(row: Any) -> str:
    return f"{row.full_name}" if isinstance(row, User) else str(row)


def _description(row: Any) -> str:
    if isinstance(row, Order):
        return f"Order, {row.shipping_address.get('name') or row.email}"
    if isinstance(row, User):
        return f"{row.get_role_display()}, {row.email}"
    return f"Product, {row.get_status_display().lower()}"
