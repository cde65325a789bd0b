"""Paths of the shop's pages, for the many links of a page. In templates: `{% path "category" slug %}`."""

from functools import lru_cache

from django.conf import settings
from django.urls import get_script_prefix, reverse


def path_of(name: str, *arguments: str) -> str:
    """`path_of("category", "tea")` is `/category/tea/`, on any host of any store."""
    return _path_of(get_script_prefix(), name, arguments)


@lru_cache(maxsize=5_000)
def _path_of(prefix: str, name: str, arguments: tuple[str, ...]) -> str:
    return reverse(f"storefront:{name}", urlconf=settings.STORE_URLCONF, args=arguments)
