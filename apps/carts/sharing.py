"""Links that hold the content of a cart: variants and quantities, signed by the store. No person and no price is in them.

The form is `content.signature`, the content as bytes: its version, the moment it ends (seconds, 0: never), and for each line
the variant's UUID with the pieces. The salt has the store's id, so another store's link is refused like a forged one.
"""

from __future__ import annotations

import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from django.core.signing import BadSignature
from django.utils.translation import gettext

from apps.carts.documents import Cart, CartLine
from apps.carts.errors import CartEmpty, LinkEnded, LinkNotReadable, TooManyLines
from apps.carts.selectors import CartView, Goods, present_cart, read_goods
from apps.carts.services.changing import build_cart
from apps.carts.services.offers import offers_of
from apps.common.clock import now
from apps.tenancy.signing import store_signer

MOST_SHARED: Final = 40
MOST_DAYS: Final = 365
_PURPOSE: Final = "carts.share"
_LONGEST: Final = 2_000
_FORM: Final = 1
_HEAD: Final = struct.Struct(">BI")
_LINE: Final = struct.Struct(">16sI")


@dataclass(frozen=True)
class SharedCart:
    """What a link holds: pieces by variant, and when it ends."""

    pieces: Mapping[str, int]
    ends_at: datetime | None


@dataclass(frozen=True)
class Preview:
    """A link's content at the prices of today. `missing`: products that are not sold any more."""

    view: CartView
    missing: int
    ends_at: datetime | None

    @property
    def can_be_added(self) -> bool:
        return any(line.quantity_left for line in self.view.lines)


def make_share_token(pieces: Mapping[str, int], *, days: int | None = None) -> str:
    """The same content gives the same link, unless it ends. Raises `CartEmpty`, `TooManyLines`."""
    if not pieces:
        raise CartEmpty
    if len(pieces) > MOST_SHARED:
        raise TooManyLines(
            gettext("A link holds at most %(limit)s different products.") % {"limit": MOST_SHARED},
            limit=MOST_SHARED,
        )
    ends = int((now() + timedelta(days=days)).timestamp()) if days else 0
    content = _HEAD.pack(_FORM, ends) + b"".join(
        _LINE.pack(UUID(ref).bytes, quantity) for ref, quantity in pieces.items()
    )
    return store_signer(_PURPOSE).sign(urlsafe_b64encode(content).decode().rstrip("="))


def pieces_of(cart: Cart) -> dict[str, int]:
    """Without gift cards: they are for a person."""
    return {line.variant_ref: line.quantity for line in cart.lines if not line.gift}


def read_share_token(token: str) -> SharedCart:
    """Raises `LinkNotReadable` for what this store has not signed, `LinkEnded` for what is over."""
    if len(token) > _LONGEST:
        raise LinkNotReadable
    try:
        text = store_signer(_PURPOSE).unsign(token)
        content = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        form, ends = _HEAD.unpack_from(content)
        lines = list(_LINE.iter_unpack(content[_HEAD.size :]))
    except (BadSignature, ValueError, struct.error):
        raise LinkNotReadable from None
    if form != _FORM:
        raise LinkNotReadable
    ends_at = datetime.fromtimestamp(ends, UTC) if ends else None
    if ends_at is not None and ends_at <= now():
        raise LinkEnded
    return SharedCart({str(UUID(bytes=ref)): quantity for ref, quantity in lines}, ends_at)


def preview(shared: SharedCart, *, customer_ref: str | None = None) -> Preview:
    """At the prices of that customer, or of a guest. One query, and one document read at most; nothing is stored."""
    cart = build_cart(customer_ref)
    goods = read_goods(shared.pieces, cart.currency)
    cart.lines = _lines_of(shared, goods, customer_ref)
    view = present_cart(cart, goods)
    return Preview(view, len(shared.pieces) - len(cart.lines), shared.ends_at)


def _lines_of(shared: SharedCart, goods: Goods, customer_ref: str | None) -> list[CartLine]:
    offers = offers_of(goods)
    found = []
    for ref, quantity in shared.pieces.items():
        if ref in offers and not offers[ref].line.is_gift_card:
            found.append(offers[ref].as_cart_line(quantity, customer_ref))
    return found
