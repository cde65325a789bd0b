"""The cart by which a draft order of staff is ordered: no visitor has its token."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from apps.carts.documents import Cart, CartLine, CartStatus
from apps.carts.errors import CartChanged
from apps.carts.rules import kept_until
from apps.carts.services.changing import store_cart, write_if_unchanged
from apps.common.clock import now
from apps.common.ids import new_id
from apps.tenancy.documents.access import scoped_collection


@dataclass(frozen=True)
class DraftPieces:
    product_ref: str
    variant_ref: str
    sku: str
    title: str
    quantity: int
    unit_price_minor: int


def build_draft_cart(
    *,
    token: str,
    draft_ref: str,
    pieces: Sequence[DraftPieces],
    currency: str,
    customer_ref: str | None = None,
    codes: Sequence[str] = (),
) -> Cart:
    """The cart with exactly these pieces, not stored: enough for a quote."""
    moment = now()
    return Cart(
        token=token,
        slot=f"cart:{token}",
        customer_ref=customer_ref,
        currency=currency,
        lines=[CartLine(id=str(new_id()), added_at=moment, **vars(each)) for each in pieces],
        draft_ref=draft_ref,
        codes=list(codes),
        created_at=moment,
        updated_at=moment,
        expires_at=kept_until(customer_ref),
    )


def make_draft_cart(
    *,
    token: str,
    draft_ref: str,
    pieces: Sequence[DraftPieces],
    currency: str,
    customer_ref: str | None,
    codes: Sequence[str] = (),
) -> Cart:
    """The same, stored. One of the same version of the draft is answered as it is, and so is one that is
    being ordered, or was ordered.

    Raises `CartChanged` when another request writes it at the same time.
    """
    cart = build_draft_cart(
        token=token,
        draft_ref=draft_ref,
        pieces=pieces,
        currency=currency,
        customer_ref=customer_ref,
        codes=codes,
    )
    found = scoped_collection(Cart).get(slot=cart.slot)
    if found is not None and (
        found.status != CartStatus.OPEN
        or (found.draft_ref, found.customer_ref) == (cart.draft_ref, cart.customer_ref)
    ):
        return found
    if found is None:
        stored = store_cart(cart)
    else:
        names = ("lines", "draft_ref", "customer_ref", "expires_at", "codes")
        stored = write_if_unchanged(found, **{name: getattr(cart, name) for name in names})
    if stored is None:
        raise CartChanged
    return stored
