"""What differs from visitor to visitor in a page that is the same for all: the token of its forms, the cart's count."""

import secrets
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from typing import Final, Literal, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import (
    CSRF_ALLOWED_CHARS,
    CSRF_SECRET_LENGTH,
    CsrfViewMiddleware,
)
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, override

from apps.storefront.cookies import read_cart_count
from apps.storefront.paths import path_of

CSRF: Final = "csrf"
CART: Final = "cart"
_NAME_LENGTH: Final = 4  # of both
_SameSite = Literal["Lax", "Strict", "None"]


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


def form_token(request: HttpRequest) -> str:
    """The token of the page's forms: this visitor's, or the mark in its place."""
    marks = marks_of(request)
    return marks.csrf if marks else _token_of(request)


def cart_link(count: int) -> SafeString:
    """The link to the cart with its count, as every page shows it."""
    return _cart_link(get_language() or "", count)


@lru_cache(maxsize=512)
def _cart_link(language: str, count: int) -> SafeString:
    context = {"cart_count": count, "cart_url": path_of("cart")}
    with override(language):
        text = render_to_string("storefront/parts/cart_link.html", context)
    return mark_safe(text.strip())  # noqa: S308  a template's


class Visit:
    """One visitor's fillings, in the language of the page. The token's cookie is set by `finish`, as Django's own middleware
    sets it."""

    _csrf = CsrfViewMiddleware(lambda request: HttpResponse())

    def __init__(self, request: HttpRequest, holes: tuple[str, ...], language: str) -> None:
        self._request, self._language = request, language
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
        fillings = {
            CSRF: self._token.encode(),
            CART: _cart_link(self._language, self._count).encode(),
        }
        pieces = [parts[0]]
        for hole, part in zip(holes, parts[1:], strict=True):
            pieces += (fillings[hole], part)
        return b"".join(pieces)

    def finish(self, response: HttpResponse) -> HttpResponse:
        if self._token:
            response.set_cookie(
                settings.CSRF_COOKIE_NAME,
                self._request.META["CSRF_COOKIE"],
                max_age=settings.CSRF_COOKIE_AGE,
                domain=settings.CSRF_COOKIE_DOMAIN,
                path=settings.CSRF_COOKIE_PATH,
                secure=settings.CSRF_COOKIE_SECURE,
                httponly=settings.CSRF_COOKIE_HTTPONLY,
                samesite=cast(_SameSite, settings.CSRF_COOKIE_SAMESITE),
            )
            if response.get("Vary") != "Cookie":
                patch_vary_headers(response, ["Cookie"])
        return response

    def _make_token(self) -> str:
        self._csrf.process_request(self._request)
        return _token_of(self._request)


_BASE: Final = len(CSRF_ALLOWED_CHARS)
_PLACES: Final = {char: place for place, char in enumerate(CSRF_ALLOWED_CHARS)}
_TWICE: Final = CSRF_ALLOWED_CHARS * 2
# From random bytes: those that would make some characters likelier are left out.
_FAIR: Final = 256 - 256 % _BASE
_UNFAIR: Final = bytes(range(_FAIR, 256))
_CHARS: Final = bytes(ord(CSRF_ALLOWED_CHARS[byte % _BASE]) for byte in range(256))


def _token_of(request: HttpRequest) -> str:
    """What `django.middleware.csrf.get_token` does. That asks for a random number for each character, which costs more than
    all the rest of an answer from the cache."""
    secret = request.META.setdefault("CSRF_COOKIE", _random_text())
    request.META["CSRF_COOKIE_NEEDS_UPDATE"] = True
    return _masked(secret)


def _masked(secret: str) -> str:
    mask = _random_text()
    places = zip(map(_PLACES.__getitem__, secret), map(_PLACES.__getitem__, mask), strict=True)
    return mask + "".join([_TWICE[one + other] for one, other in places])


def _random_text() -> str:
    """As long as a secret, from the same characters."""
    found = b""
    while len(found) < CSRF_SECRET_LENGTH:
        found += secrets.token_bytes(2 * CSRF_SECRET_LENGTH).translate(_CHARS, _UNFAIR)
    return found[:CSRF_SECRET_LENGTH].decode()
