"""Which requests a cached page may answer, and which parameters select another page of an address.

A parameter that is not listed here does not reach the page and adds no copy of it to the cache.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest

from apps.common.slugs import slug_key
from apps.storefront.forms.listing import ListingForm
from apps.tenancy.context import ActiveStore
from apps.tenancy.sessions import session_cookie_of

# A visitor with one of these gets a page of their own: with a login, with a message to be shown once.
_MESSAGES: Final = "messages"
_LONGEST_QUERY: Final = 200


@dataclass(frozen=True)
class _Kind:
    """`variants`: each value is a page of its own. `unkept`: with one of these the page is made each time, because
    its values have no end."""

    variants: frozenset[str] = frozenset()
    unkept: frozenset[str] = frozenset()


_LISTING = _Kind(frozenset({"page", "sort"}), frozenset(ListingForm.base_fields) - {"page", "sort"})
_PLAIN = _Kind()
# By the first part of the path.
_KINDS: Final = {
    "": _PLAIN,
    "category": _LISTING,
    "pages": _PLAIN,
    "product": _Kind(frozenset({"variant"}), frozenset({"quantity"})),
    "search": _LISTING,
}


@dataclass(frozen=True, slots=True)
class CacheablePage:
    """`is_shared`: other processes may have it, too. The values of its parameters are few, and so are its addresses: a slug
    is found in any spelling (`/product/MUG/`), but only the page of the normal one is shared."""

    path: str
    parameters: tuple[tuple[str, str], ...] = ()

    @property
    def query(self) -> str:
        return urlencode(self.parameters)

    @property
    def is_shared(self) -> bool:
        has_few = all(name == "page" and _is_small(value) for name, value in self.parameters)
        return has_few and slug_key(self.path) == self.path


def page_key(
    store: ActiveStore, primary_host: str, day: date, asked: CacheablePage
) -> tuple[Any, ...]:
    """All values that a page depends on, besides its version."""
    return (store, primary_host, day, asked.path, asked.parameters)


def cacheable_page(request: HttpRequest, store: ActiveStore) -> CacheablePage | None:
    """The page of this store that is asked for, if one that is the same for every visitor can answer."""
    if request.method not in ("GET", "HEAD"):
        return None
    path = request.path
    kind = _KINDS.get(path[1 : path.find("/", 1)] if path != "/" else "")
    if kind is None or not _may_be_any_visitor(request, store):
        return None
    if not request.META.get("QUERY_STRING"):
        return CacheablePage(path)
    return _with_parameters(request, kind)


def _may_be_any_visitor(request: HttpRequest, store: ActiveStore) -> bool:
    if "HTTP_AUTHORIZATION" in request.META:
        return False
    if not request.META.get("HTTP_COOKIE"):
        return True
    cookies = request.COOKIES
    return not (session_cookie_of(store) in cookies or _MESSAGES in cookies)


def _with_parameters(request: HttpRequest, kind: _Kind) -> CacheablePage | None:
    given = request.GET
    if any(given.get(name) for name in kind.unkept):
        return None
    known = tuple((name, given[name]) for name in sorted(kind.variants) if given.get(name))
    if sum(len(value) for _, value in known) > _LONGEST_QUERY:
        return None
    return CacheablePage(request.path, known)


def _is_small(value: str) -> bool:
    return value.isascii() and value.isdecimal() and len(value) < 3
