"""Links of reminders, and what came of the mails."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from apps.carts.documents import Cart
from apps.carts.errors import LinkEnded, LinkNotReadable
from apps.carts.selectors import get_cart_by_ref
from apps.checkout.models import CartReminder
from apps.common.clock import now
from apps.orders.models import Order
from apps.tenancy.context import system_scope
from apps.tenancy.signing import read_signed_id, sign_id

KIND: Final = "cart_reminder"
_PURPOSE: Final = "checkout.reminder"
_FIGURES: Final = timedelta(days=90)
_MOST: Final = 5_000


@dataclass(frozen=True)
class ReminderFigures:
    """Of the mails of the last 90 days, at most 5000. `returned` and `ordered` count carts."""

    sent: int
    carts: int
    returned: int
    ordered: int


def make_reminder_token(reminder: CartReminder) -> str:
    return sign_id(_PURPOSE, reminder.pk)


def read_reminder_token(token: str) -> tuple[CartReminder, Cart]:
    """The reminder, and its cart as it is now. Raises `LinkNotReadable`, `LinkEnded` for a cart that was ordered, merged,
    emptied, or is over."""
    key = read_signed_id(_PURPOSE, token)
    if key is None:
        raise LinkNotReadable
    with system_scope("checkout"):
        found = CartReminder.objects.filter(pk=key).first()
    cart = get_cart_by_ref(found.cart_ref) if found is not None else None
    if found is None or cart is None or not cart.is_open or cart.is_empty:
        raise LinkEnded
    return found, cart


def get_reminder_figures() -> ReminderFigures:
    """Two statements."""
    rows = CartReminder.objects.filter(sent_at__gte=now() - _FIGURES).order_by("-sent_at")
    sent = list(rows.values_list("cart_ref", "returned_at", "restored_ref")[:_MOST])
    carts = {cart for cart, _at, _restored in sent}
    returned = {cart for cart, at, _restored in sent if at is not None}
    ordered = _ordered({ref for cart, _at, restored in sent for ref in (cart, restored) if ref})
    came = {cart for cart, _at, restored in sent if {cart, restored} & ordered}
    return ReminderFigures(len(sent), len(carts), len(returned), len(came))


def _ordered(cart_refs: Collection[str]) -> set[str]:
    found = Order.objects.filter(cart_ref__in=cart_refs)
    return set(found.values_list("cart_ref", flat=True))
