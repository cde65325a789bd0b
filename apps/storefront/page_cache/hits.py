"""Answers from the pages in the process's memory, before the store is made the active one."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from apps.common.clock import today_in
from apps.common.habits import zone_of
from apps.platform import certificates
from apps.platform.hosts import host_of, is_spelt
from apps.platform.selectors import get_store_by_host
from apps.storefront.page_cache.answers import answer_with
from apps.storefront.page_cache.requests import cacheable_page, page_key
from apps.storefront.page_cache.storage import CachedPage, find_in_memory
from apps.tenancy.connections import is_reachable
from apps.tenancy.page_versions import page_versions_of

GetResponse = Callable[[HttpRequest], HttpResponse]


class PageHitsMiddleware:
    """Its place is right above `StoreMiddleware`: it answers what would have reached `PageCacheMiddleware` below, and the same.

    Time zone, language, log lines and connections of a store cost several times as much as a page that is there.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        page = _page_in_memory(request)
        return self.get_response(request) if page is None else answer_with(page, request)


def _page_in_memory(request: HttpRequest) -> CachedPage | None:
    host = host_of(request)
    if not host or host in settings.PLATFORM_HOSTS or request.path == certificates.PATH:
        return None
    address = get_store_by_host(host)
    if address is None or not address.serves_pages or address.store.is_sandbox:
        return None
    store = address.store
    asked = cacheable_page(request, store)
    if asked is None or not is_spelt(request, address.primary_host) or not is_reachable(store):
        return None
    versions = page_versions_of(store.id)
    if versions is None:
        return None
    day = today_in(zone_of(store.time_zone))
    return find_in_memory(page_key(store, address.primary_host, day, asked), versions)
