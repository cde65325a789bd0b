"""What differs from visitor to visitor in a page that is the same for all: the token of its forms, the cart's count."""

import secrets
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware, get_token
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from apps.storefront.cookies import read_cart_count
from apps.storefront.paths import path_of

CSRF: Final = "csrf"
CART: Final = "cart"
_NAME_LENGTH: Final = 4  # of both


@dataclass(frozen=True)
class Marks:
    """The texts that stand in the holes while a page is rendered. Random, so that no product's text can be one."""

    word: str = field(default_factory=lambda: f"hole{secrets.token_hex(16)}")

    @property
    def csrf(self) -> str:
        return f"{self.word}{CSRF}"

    @property
    def cart(self) -> SafeString:
        return mark_safe(f"{self.word}{CART}")  # noqa: S308  letters and digits

    def cut(self, body: bytes) -> tuple[tuple[bytes, ...], tuple[str, ...]]:
        """The pieces of a page and the holes between them."""
        first, *rest = body.split(self.word.encode())
        holes = tuple(piece[:_NAME_LENGTH].decode() for piece in rest)
        return (first, *(piece[_NAME_LENGTH:] for piece in rest)), holes


def marks_of(request: HttpRequest | None) -> Marks | None:
    """The marks, while a page for every visitor is rendered."""
    return getattr(request, "page_marks", None)


def cart_link(count: int) -> SafeString:
    """The link to the cart with its count, as every page shows it."""
    return _cart_link(get_language() or "", count)


@lru_cache(maxsize=512)
def _cart_link(language: str, count: int) -> SafeString:
    context = {"cart_count": count, "cart_url": path_of("cart")}
    text = render_to_string("storefront/parts/cart_link.html", context)
    return mark_safe(text.strip())  # noqa: S308  a template's


class Visit:
    """One visitor's fillings. The token's cookie is set by `finish`, as Django's own middleware sets it."""

    _csrf = CsrfViewMiddleware(lambda request: HttpResponse())

    def __init__(self, request: HttpRequest, holes: tuple[str, ...]) -> None:
        self._request = request
        self._token = self._make_token() if CSRF in holes else ""
        self._count = read_cart_count(request) if CART in holes else 0

    @property
    def tag(self) -> str:
        """For the page's ETag: another visitor's, and another count, have another one."""
        if not self._token:
            return str(self._count)
        secret: str = self._request.META["CSRF_COOKIE"]
        return f"{self._count}-{sha256(secret.encode()).hexdigest()[:16]}"

    def fill(self, parts: tuple[bytes, ...], holes: tuple[str, ...]) -> bytes:
        if not holes:
            return parts[0]
        fillings = {CSRF: self._token.encode(), CART: cart_link(self._count).encode()}
        pieces = [parts[0]]
        for hole, part in zip(holes, parts[1:], strict=True):
            pieces += (fillings[hole], part)
        return b"".join(pieces)

    def finish(self, response: HttpResponse) -> HttpResponse:
        if self._token:
            self._csrf.process_response(self._request, response)
        return response

    def _make_token(self) -> str:
        self._csrf.process_request(self._request)
        return get_token(self._request)
