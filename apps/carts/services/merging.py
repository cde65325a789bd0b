"""Merging the guest's cart into the customer's at login, by the store's rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.carts.documents import Cart, CartLine, CartNotice, CartStatus, LineKey, NoticeCode
from apps.carts.errors import CartAlreadyClaimed, CartChanged
from apps.carts.models import MergeRule
from apps.carts.notices import notice_of, with_notices
from apps.carts.rules import get_cart_settings
from apps.carts.selectors import get_cart, get_guest_cart
from apps.carts.services.changing import REMEMBERED_MERGES, change_cart, write_if_unchanged
from apps.carts.services.coupons import MOST_CODES
from apps.carts.services.editing import get_or_create_cart
from apps.carts.services.keeping import add_saved

_SEAL_TRIES = 10


class MergeChoice(models.TextChoices):
    """What the buyer answers, where the store asks."""

    ADD = "add", _("Add them to the cart")
    SAVE = "save", _("Save them for later")
    DROP = "drop", _("Remove them")


def merge_carts(*, guest_token: str | None, customer_ref: str) -> Cart | None:
    """Merge the guest's cart into the customer's cart; returns the customer's cart, None without one.

    The store's rule counts where both have lines; into an empty cart the guest's lines come as they are. A notice says
    what happened to each line. Repeatable after a crash at any point: first the guest's cart is reserved for this
    customer, then its lines are added in the same write that stores its token, then it is emptied, so that it adds nothing
    to a later cart of the customer. Stock and packs are not checked here, because the cart page shows warnings. While either cart is
    being ordered nothing is merged: call it again at the next login.
    """
    existing = get_cart(customer_ref=customer_ref)
    if existing is not None and existing.status != CartStatus.OPEN:
        return existing
    guest = _sealed(guest_token, customer_ref) if guest_token else None
    if guest is None:
        return existing
    customer_cart = existing or get_or_create_cart(customer_ref=customer_ref)
    rule = get_cart_settings().merge_rule
    try:
        merged = change_cart(customer_cart, lambda current: _joined(current, guest, rule))
    except CartAlreadyClaimed:
        return get_cart(customer_ref=customer_ref)
    write_if_unchanged(guest, lines=[], saved=[])
    return merged


def answer_merge(*, cart: Cart, choice: MergeChoice) -> Cart:
    """What the buyer decides about the lines that were in it before the login. Repeatable: without such lines nothing happens."""

    def work_out(current: Cart) -> Mapping[str, Any] | None:
        asked = current.asked_lines
        if not asked:
            return None
        changes: dict[str, Any] = {"asked": []}
        if choice == MergeChoice.ADD:
            changes |= _Join.of(current).add(asked).changes(current)
        elif choice == MergeChoice.SAVE:
            changes |= _Join.of(current).save(asked).changes(current)
        return changes

    return change_cart(cart, work_out)


def _sealed(guest_token: str, customer_ref: str) -> Cart | None:
    """The guest's cart, now closed to the guest, or None without lines to merge."""
    for _try in range(_SEAL_TRIES):
        guest = get_guest_cart(guest_token)
        if guest is not None and guest.successor and guest.status == CartStatus.CLOSED:
            guest = get_guest_cart(guest.successor)
        if guest is None or not (guest.lines or guest.saved_lines):
            return None
        if guest.status == CartStatus.CLOSED:
            return guest if guest.merged_into == customer_ref else None
        if guest.status != CartStatus.OPEN:
            return None
        sealed = write_if_unchanged(
            guest, status=CartStatus.CLOSED, merged_into=customer_ref, remind_at=None
        )
        if sealed is not None:
            return sealed
    raise CartChanged


def _joined(current: Cart, guest: Cart, rule: str) -> Mapping[str, Any] | None:
    if guest.token in current.merged_from:
        return None
    join, changes = _Join.of(current), {}
    if current.is_empty or rule == MergeRule.ADD:
        join.add(guest.lines, is_quiet=current.is_empty)
    elif rule == MergeRule.LARGER:
        join.keep_larger(guest.lines)
    elif rule == MergeRule.SAVE:
        join.save(guest.lines)
    else:
        asked = _Join({line.key: line for line in current.asked_lines}, [])
        changes["asked"] = list(asked.add(guest.lines).lines.values())
        join.news += [each for each in asked.news if each.code == NoticeCode.LEFT_OUT]
    join.save(guest.saved_lines, is_quiet=True)
    return {
        **join.changes(current),
        **changes,
        "codes": list(dict.fromkeys([*current.coupon_codes, *guest.coupon_codes]))[:MOST_CODES],
        "merged_from": [*current.merged_from, guest.token][-REMEMBERED_MERGES:],
    }


@dataclass
class _Join:
    """A cart's lines and saved lines with others, and the news about each."""

    lines: dict[LineKey, CartLine]
    saved: list[CartLine]
    news: list[CartNotice] = field(default_factory=list)

    @classmethod
    def of(cls, cart: Cart) -> _Join:
        return cls({line.key: line for line in cart.lines}, cart.saved_lines)

    def add(self, lines: Sequence[CartLine], *, is_quiet: bool = False) -> _Join:
        """Quantities are added up to the limits. `is_quiet`: only what is left out is news."""
        for line in lines:
            there = self.lines.get(line.key)
            if there is not None:
                before = there.quantity
                there.quantity = min(before + line.quantity, settings.CART_MAX_QUANTITY)
                self._note(NoticeCode.ADDED_UP, there, before=before, after=there.quantity)
            elif self._take(line) and not is_quiet:
                self._note(NoticeCode.ADDED, line, after=line.quantity)
        return self

    def keep_larger(self, lines: Sequence[CartLine]) -> _Join:
        for line in lines:
            there = self.lines.get(line.key)
            if there is not None:
                before = there.quantity
                there.quantity = max(before, line.quantity)
                self._note(NoticeCode.KEPT_LARGER, there, before=before, after=there.quantity)
            elif self._take(line):
                self._note(NoticeCode.ADDED, line, after=line.quantity)
        return self

    def save(self, lines: Sequence[CartLine], *, is_quiet: bool = False) -> _Join:
        self.saved, left = add_saved(self.saved, lines)
        for line in lines:
            if line in left:
                self._note(NoticeCode.LEFT_OUT, line)
            elif not is_quiet:
                self._note(NoticeCode.SAVED, line)
        return self

    def changes(self, cart: Cart) -> dict[str, Any]:
        return {
            "lines": list(self.lines.values()),
            "saved": self.saved,
            "notices": with_notices(cart, self.news),
        }

    def _take(self, line: CartLine) -> bool:
        if len(self.lines) >= settings.CART_MAX_LINES:
            self._note(NoticeCode.LEFT_OUT, line)
            return False
        self.lines[line.key] = line
        return True

    def _note(self, code: NoticeCode, line: CartLine, *, before: int = 0, after: int = 0) -> None:
        self.news.append(notice_of(code, line, before=before, after=after))
