"""When a cart's buyer is reminded of it. The mails are checkout's: `apps/checkout/services/reminding.py`."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from apps.carts.documents import Cart
from apps.carts.rules import get_cart_settings
from apps.carts.services.changing import change_cart
from apps.common.clock import now
from apps.tenancy.documents.access import scoped_collection


def note_contact(*, cart: Cart, email: str) -> Cart:
    """The address to which the buyer of this cart wants reminders; "" for none. Repeatable."""

    def work_out(current: Cart) -> Mapping[str, Any] | None:
        if (current.contact or "") == email:
            return None
        current.contact = email
        return {"contact": email}

    return change_cart(cart, work_out)


def count_reminder(*, cart: Cart, number: int) -> None:
    """That reminder is written: the next one is due later, or there is none. Nothing for a cart that was changed since it
    was read."""
    rules = get_cart_settings()
    due = None
    if number < rules.most_reminders:
        due = now() + timedelta(hours=rules.remind_again_hours)
    _write(cart, reminded=number, remind_at=due)


def stop_reminding(*, cart: Cart) -> None:
    """No reminder until the buyer changes the cart again."""
    _write(cart, remind_at=None)


def _write(cart: Cart, **changes: Any) -> None:
    """Without a new version: the buyer's own change, at the same time, is not refused."""
    scoped_collection(Cart).change({"_id": cart.pk, "version": cart.version}, **changes)
