"""Claiming a cart for checkout: one claim at a time, then reopened or closed. What was saved for later goes on to the next cart.

The claim's fresh checkout id is the fence: it becomes the order's primary key, so that a claim released by the sweep
can never become an order later.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings

from apps.carts.documents import Cart, CartStatus
from apps.carts.errors import CartAlreadyClaimed, CartChanged, CartEmpty
from apps.carts.selectors import get_cart, get_cart_for_checkout
from apps.carts.services.changing import (
    REMEMBERED_MERGES,
    build_cart,
    change_cart,
    read_again,
    store_cart,
    write_if_unchanged,
)
from apps.carts.services.keeping import add_saved
from apps.common.clock import now
from apps.common.ids import new_id, random_token
from apps.tenancy.documents.access import scoped_collection


@dataclass(frozen=True)
class Claim:
    """The new order's id, and the cart as it is stored with it."""

    checkout_id: UUID
    cart: Cart


def claim_cart(*, cart: Cart) -> Claim:
    """Take the open cart, as the buyer saw it, for an order.

    Of any number of simultaneous calls exactly one succeeds. Raises `CartEmpty`, `CartChanged` when it was edited
    after it was read, `CartAlreadyClaimed` (with the other's checkout id) when it is taken.
    """
    if cart.status != CartStatus.OPEN:
        raise CartAlreadyClaimed(cart.checkout_uuid)
    if cart.is_empty:
        raise CartEmpty
    checkout_id = new_id()
    claimed = write_if_unchanged(
        cart, status=CartStatus.CONVERTING, checkout_id=str(checkout_id), claimed_at=now()
    )
    if claimed is not None:
        return Claim(checkout_id, claimed)
    fresh = read_again(cart)
    if fresh.status != CartStatus.OPEN:
        raise CartAlreadyClaimed(fresh.checkout_uuid)
    raise CartChanged


def reopen_cart(*, checkout_id: UUID) -> bool:
    """Reopen a claimed cart. Only after the fence has marked this checkout as abandoned.

    Repeatable; False when there is nothing to reopen (closed, reopened before, or gone).
    """
    cart = _claimed_as(checkout_id)
    if cart is None:
        return False
    reopened = write_if_unchanged(cart, status=CartStatus.OPEN, checkout_id=None, claimed_at=None)
    return reopened is not None


def close_cart(*, checkout_id: UUID) -> bool:
    """The order exists: close the cart, so that its customer can start a new one. Repeatable."""
    cart = get_cart_for_checkout(checkout_id)
    if cart is not None and cart.status == CartStatus.CLOSED:
        _carry_saved(cart)  # a crash came between the two
        return False
    return cart is not None and cart.status == CartStatus.CONVERTING and _close(cart)


def close_claimed(*, claim: Claim) -> bool:
    """`close_cart` by the one who has just claimed it: nothing is read, and nothing happens to a cart that was closed or
    reopened since."""
    return _close(claim.cart)


def _close(cart: Cart) -> bool:
    expires_at = now() + timedelta(days=settings.CART_KEEP_CLOSED_DAYS)
    saved, _left = add_saved(
        cart.saved_lines, cart.asked_lines
    )  # an unanswered question is no "no"
    closed = write_if_unchanged(
        cart,
        status=CartStatus.CLOSED,
        slot=f"cart:{cart.token}",
        expires_at=expires_at,
        remind_at=None,
        contact="",
        saved=saved,
        asked=[],
        successor=random_token() if saved else "",
    )
    if closed is not None:
        _carry_saved(closed)
    return closed is not None


def _carry_saved(closed: Cart) -> None:
    """Give what was saved for later to the buyer's next cart; a guest's old token leads there. Repeatable.

    Nothing is read or written without saved lines.
    """
    if not closed.saved_lines or not closed.successor:
        return
    if scoped_collection(Cart).get(slot=f"cart:{closed.successor}") is None:
        successor = build_cart(closed.customer_ref, token=closed.successor)
        if store_cart(successor, saved=closed.saved_lines) is None and closed.customer_ref:
            _add_to_next(closed)
    write_if_unchanged(closed, saved=[])


def _add_to_next(closed: Cart) -> None:
    """The customer has another cart already."""
    other = get_cart(customer_ref=closed.customer_ref)

    def work_out(current: Cart) -> Mapping[str, Any] | None:
        if closed.successor in (current.token, *current.merged_from):
            return None
        saved, _left = add_saved(current.saved_lines, closed.saved_lines)
        merged = [*current.merged_from, closed.successor]
        return {"saved": saved, "merged_from": merged[-REMEMBERED_MERGES:]}

    if other is not None and other.is_open:
        change_cart(other, work_out)


def unclose_cart(*, cart: Cart) -> bool:
    """Put a closed cart back to being ordered: its order is not there, because an older backup was restored.

    The checkout's sweep then finishes or undoes it. Repeatable; False when it was not closed.
    """
    if cart.status != CartStatus.CLOSED or cart.checkout_id is None:
        return False
    return write_if_unchanged(cart, status=CartStatus.CONVERTING, claimed_at=now()) is not None


def _claimed_as(checkout_id: UUID) -> Cart | None:
    """The cart that is being ordered under this id: one read by its own index; the status is compared here.

    Only `reopen_cart` and `close_cart` change a claimed cart, so one try is enough for either.
    """
    cart = get_cart_for_checkout(checkout_id)
    return cart if cart is not None and cart.status == CartStatus.CONVERTING else None
