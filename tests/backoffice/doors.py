"""Every door by which staff, API clients and operators change something, found by looking at what is registered."""

from collections.abc import Iterator
from typing import Any

from django.contrib.admin import ModelAdmin
from django.core.management import get_commands
from django.test import RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver

from apps.accounts.models import Role, User
from apps.backoffice.sites import platform_admin, store_admin

SITES = {"platform": platform_admin, "store": store_admin}
DJANGOS_PAGES = ("changelist", "add", "history", "delete", "change")
WRITES = ("post", "put", "patch", "delete")


def list_forms() -> list[str]:
    """`store pricing.taxrate add`, for whoever may do everything."""
    return [
        f"{site} {label_of(admin)} {verb}"
        for site, admin in _admins()
        for verb in ("add", "change", "delete")
        if _may(admin, verb)
    ]


def list_actions() -> list[str]:
    """`store catalog.product archive`; deleting many is among them where deleting one is allowed."""
    return [
        f"{site} {label_of(admin)} {name}"
        for site, admin in _admins()
        for name in admin.get_actions(_request(admin))
    ]


def list_buttons() -> list[str]:
    """Names of the admin's own URLs: `store orders_order_ship`."""
    return sorted(f"{site} {name}" for site in SITES for name, _ in list_button_parameters(site))


def list_button_parameters(site: str) -> list[tuple[str, list[str]]]:
    """Names of a site's own URLs, each with the names of its parameters."""
    return [
        (url.name, list(url.pattern.converters))
        for name, admin in _admins()
        for url in admin.get_urls()
        if name == site
        and isinstance(url, URLPattern)
        and url.name
        and not _is_djangos(admin, url.name)
    ]


def list_api() -> list[str]:
    """`store POST orders/<uuid:order_id>/status`."""
    return sorted(
        f"{home} {method.upper()} {route}"
        for home, urlconf in (
            ("store", "config.urls.api_store"),
            ("platform", "config.urls.api_platform"),
        )
        for route, view in _walk(get_resolver(urlconf).url_patterns)
        for method in WRITES
        if hasattr(view, method)
    )


def list_commands() -> list[str]:
    return sorted(name for name, app in get_commands().items() if str(app).startswith("apps."))


def label_of(admin: ModelAdmin[Any]) -> str:
    return str(admin.model._meta.label_lower)


def _admins() -> Iterator[tuple[str, ModelAdmin[Any]]]:
    for name, site in SITES.items():
        yield from ((name, site._registry[model]) for model in sorted(site._registry, key=str))


def _request(admin: ModelAdmin[Any]) -> Any:
    request = RequestFactory().get("/")
    request.user = User(is_superuser=True, is_staff=True, role=Role.OWNER)
    return request


def _may(admin: ModelAdmin[Any], verb: str) -> bool:
    return bool(getattr(admin, f"has_{verb}_permission")(_request(admin)))


def _is_djangos(admin: ModelAdmin[Any], name: str) -> bool:
    opts = admin.opts
    return name in {f"{opts.app_label}_{opts.model_name}_{page}" for page in DJANGOS_PAGES}


def _walk(patterns: list[Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for found in patterns:
        route = prefix + str(found.pattern)
        if isinstance(found, URLResolver):
            yield from _walk(found.url_patterns, route)
        else:
            yield route, getattr(found.callback, "view_class", getattr(found.callback, "cls", None))
