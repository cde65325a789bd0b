"""Merging the guest's cart into the customer's at login."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from apps.carts.documents import Cart, CartLine, CartStatus
from apps.carts.errors import CartAlreadyClaimed, CartChanged
from apps.carts.selectors import get_cart, get_guest_cart
from apps.carts.services.changing import change_cart, write_if_unchanged
from apps.carts.services.coupons import MOST_CODES
from apps.carts.services.editing import get_or_create_cart

_REMEMBERED_MERGES = 20
_SEAL_TRIES = 10


def merge_carts(*, guest_token: str | None, customer_ref: str) -> Cart | None:
    """Merge the guest's cart into the customer's cart; returns the customer's cart, None without one.

    Repeatable after a crash at any point: first the guest's cart is reserved for this customer, then its lines are
    added in the same write that stores its token. Quantities are added up to the limits; stock is not checked here,
    because the cart page shows warnings. While either cart is being ordered nothing is merged: call it again at the
    next login.
    """
    existing = get_cart(customer_ref=customer_ref)
    if existing is not None and existing.status != CartStatus.OPEN:
        return existing
    guest = _sealed(guest_token, customer_ref) if guest_token else None
    if guest is None:
        return existing
    customer_cart = existing or get_or_create_cart(customer_ref=customer_ref)
    try:
        return change_cart(customer_cart, lambda current: _joined(current, guest))
    except CartAlreadyClaimed:
        return get_cart(customer_ref=customer_ref)


def _sealed(guest_token: str, customer_ref: str) -> Cart | None:
    """The guest's cart, now closed to the guest, or None without lines to merge."""
    for _ in range(_SEAL_TRIES):
        guest = get_guest_cart(guest_token)
        if guest is None:
            return None
        if guest.status == CartStatus.CLOSED:
            return guest if guest.merged_into == customer_ref else None
        if guest.status != CartStatus.OPEN or guest.is_empty:
            return None
        sealed = write_if_unchanged(guest, status=CartStatus.CLOSED, merged_into=customer_ref)
        if sealed is not None:
            return sealed
    raise CartChanged


def _joined(current: Cart, guest: Cart) -> Mapping[str, Any] | None:
    if guest.token in current.merged_from:
        return None
    return {
        "lines": _combined(current.lines, guest.lines),
        "codes": list(dict.fromkeys([*current.coupon_codes, *guest.coupon_codes]))[:MOST_CODES],
        "merged_from": [*current.merged_from, guest.token][-_REMEMBERED_MERGES:],
    }


def _combined(kept: list[CartLine], added: list[CartLine]) -> list[CartLine]:
    lines = {line.variant_ref: line for line in kept}
    for line in added:
        there = lines.get(line.variant_ref)
        if there is not None:
            there.quantity = min(there.quantity + line.quantity, settings.CART_MAX_QUANTITY)
        elif len(lines) < settings.CART_MAX_LINES:
            lines[line.variant_ref] = line
    return list(lines.values())
