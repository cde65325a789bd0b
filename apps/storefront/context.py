"""The template context of every page of a store. No SQL and no document is read when warm."""

from typing import Any

from django.http import HttpRequest
from django.utils.encoding import escape_uri_path
from django.utils.functional import SimpleLazyObject

from apps.content.selectors import get_theme
from apps.platform.selectors import current_url
from apps.storefront.cookies import read_cart_count
from apps.storefront.page_cache.holes import form_token
from apps.tenancy.context import current_store_or_none


def store(request: HttpRequest) -> dict[str, Any]:
    """Context processor. The theme is read when a page first shows it, and only once."""
    active = current_store_or_none()
    if active is None:
        return {"store": None}
    return {
        "csrf_token": SimpleLazyObject(lambda: form_token(request)),
        "store": active,
        "theme": SimpleLazyObject(get_theme),
        "cart_count": read_cart_count(request),
        "canonical": current_url(escape_uri_path(request.path)),
        "origin": current_url(""),
    }
