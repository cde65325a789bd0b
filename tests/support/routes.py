"""Every route of a host as addresses."""

import re
from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from tests.support.canary import Planted


def addresses(urlconf: str, planted: Planted, most: int = 40) -> list[str]:
    """Every route filled with alpha's ids, slugs, tokens and file names: one address for each candidate."""
    found = []
    for route, _converters in walk_patterns(get_resolver(urlconf)):
        names = re.findall(r"\{(\w+)\}", route)
        for candidate in planted.candidates(names, most):
            path = route
            for name, value in candidate.items():
                path = path.replace("{" + name + "}", str(value))
            found.append("/" + path.lstrip("/"))
    return sorted(set(found))


def walk_patterns(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every route as a template (`orders/{token}/`) with its converters."""
    for entry in resolver.url_patterns:
        route = prefix + _route_of(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from walk_patterns(entry, route)
        elif isinstance(entry, URLPattern):
            yield route, dict(entry.pattern.converters)


def _route_of(pattern: Any) -> str:
    """Django's `<uuid:id>` and regular expressions' `(?P<id>...)` as `{id}`."""
    text = str(pattern).removeprefix("^").removesuffix("$").removesuffix("\\Z")
    text = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", text)
    text = re.sub(r"\(\?P\{(\w+)\}[^)]*\)", r"{\1}", text)
    text = re.sub(r"\([^)]*\)", "{value}", text)
    return text.replace("\\", "").replace("?", "")
