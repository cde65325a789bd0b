"""Optimistic locking of carts: read, compute, write if the version is unchanged, otherwise retry."""

from __future__ import annotations

import copy
import random
import time
from collections.abc import Callable, Mapping
from typing import Any

from django.db import IntegrityError

from apps.carts.documents import Cart, CartStatus
from apps.carts.errors import CartAlreadyClaimed, CartChanged, CartNotFound
from apps.carts.rules import kept_until, next_reminder
from apps.carts.selectors import get_cart
from apps.common.clock import now
from apps.common.ids import random_token
from apps.tenancy.context import current_store
from apps.tenancy.documents.access import scoped_collection

_TRIES = 25
_LONGEST_PAUSE = 0.02
# Tokens of carts that a cart has taken over; an older one is empty.
REMEMBERED_MERGES = 20


def build_cart(customer_ref: str | None, *, token: str = "") -> Cart:
    """An empty cart that is not stored yet."""
    token, moment = token or random_token(), now()
    return Cart(
        token=token,
        slot=f"customer:{customer_ref}" if customer_ref else f"cart:{token}",
        customer_ref=customer_ref,
        currency=current_store().currency,
        created_at=moment,
        updated_at=moment,
        expires_at=kept_until(customer_ref),
    )


def write_if_unchanged(cart: Cart, **changes: Any) -> Cart | None:
    """The cart with the changes written, or None: the stored version is no longer `cart.version`.

    One command; the given instance stays as it was read. A cart that is not stored yet is stored; None then means
    that its customer has one meanwhile.
    """
    if cart.pk is None:
        return store_cart(cart, **changes)
    changes |= {"version": cart.version + 1, "updated_at": now()}
    condition = {"_id": cart.pk, "version": cart.version}
    if not scoped_collection(Cart).change(condition, **changes):
        return None
    return _with(cart, changes)


def store_cart(cart: Cart, **changes: Any) -> Cart | None:
    """A new cart with these changes, or None: the same customer in another tab was faster."""
    new = _with(cart, changes)
    try:
        new.save(force_insert=True)
    except IntegrityError:
        return None
    return new


def _with(cart: Cart, changes: Mapping[str, Any]) -> Cart:
    changed = copy.copy(cart)
    for name, value in changes.items():
        setattr(changed, name, value)
    return changed


def change_cart(cart: Cart, work_out: Callable[[Cart], Mapping[str, Any] | None]) -> Cart:
    """Change an open cart. `work_out` gets the stored cart and returns new field values, or None for no change.

    It may run several times. Raises `CartAlreadyClaimed` when the cart is being ordered, `CartChanged` when others
    keep changing it, whatever `work_out` raises otherwise.
    """
    current = cart
    for _ in range(_TRIES):
        require_open(current)
        changes = work_out(current)
        if changes is None:
            return current
        expires_at = kept_until(current.customer_ref)
        remind_at = next_reminder(current, changes.get("lines", current.lines))
        if remind_at is not None or current.remind_at is not None:
            changes = {**changes, "remind_at": remind_at}
        changed = write_if_unchanged(current, expires_at=expires_at, **changes)
        if changed is not None:
            return changed
        time.sleep(random.uniform(0, _LONGEST_PAUSE))  # noqa: S311 (spreads the losers, decides nothing)
        current = read_again(current)
    raise CartChanged


def read_again(cart: Cart) -> Cart:
    """The cart as it is stored now; in place of one that could not be stored the customer's other one."""
    if cart.pk is None:
        return get_cart(customer_ref=cart.customer_ref) or cart
    fresh = scoped_collection(Cart).get(id=cart.pk)
    if fresh is None:
        raise CartNotFound
    return fresh


def require_open(cart: Cart) -> None:
    if cart.status != CartStatus.OPEN:
        raise CartAlreadyClaimed(cart.checkout_uuid)
