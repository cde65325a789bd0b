"""Looking at pages from the cache: what visitors get, and whether it was rendered for them."""

import re
from typing import Any

from django.core.cache import cache
from django.test import Client

from apps.tenancy import page_versions as versions
from apps.tenancy.context import outside_store
from apps.tenancy.page_versions import shown_tables

_TOKENS = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')


def visitor(store: Any, **cookies: str) -> Client:
    client = Client(headers={"host": f"{store.slug}.localhost"}, raise_request_exception=False)
    for name, value in cookies.items():
        client.cookies[name] = value
    return client


def is_rendered(answer: Any) -> bool:
    return any(template.name == "storefront/base.html" for template in answer.templates)


def text_of(answer: Any) -> str:
    """The page without the one thing that is random in it."""
    return _TOKENS.sub("", answer.content.decode())


def uncached(store: Any, path: str, **cookies: str) -> str:
    """The page as it is rendered for a visitor whom no kept page may answer."""
    answer = visitor(store, session_alpha="x", session_beta="x", **cookies).get(path)
    assert is_rendered(answer)
    return text_of(answer)


def settle(store: Any) -> None:
    """As long after the last change as a word of its writer lasts."""
    with outside_store():
        cache.delete_many([versions._key(store.pk, area) for area in set(shown_tables().values())])
