"""Addresses at carts of people who refuse reminders, or whose data is erased."""

from apps.carts.documents import Cart
from apps.notifications.readers import reader_erased


@reader_erased
def erase_contacts(email: str) -> None:
    Cart.objects.filter(contact=email).update(contact="", remind_at=None)
