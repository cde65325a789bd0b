"""Tickets of people whose data is erased."""

from apps.notifications.readers import reader_erased
from apps.support import services as support


@reader_erased
def erase_tickets(email: str) -> None:
    support.erase_tickets_of(email=email)
