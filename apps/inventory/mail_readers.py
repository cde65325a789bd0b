"""Back-in-stock notices of people who refuse such mails, or whose data is erased."""

from apps.inventory.mail_types import BACK_IN_STOCK
from apps.inventory.services.noticing import drop_notices
from apps.notifications.readers import reader_erased, reader_refused


@reader_refused
def drop_refused_notices(kind: str, email: str) -> None:
    """So that a later wish for another product does not bring them back."""
    if kind == BACK_IN_STOCK:
        drop_notices(email)


@reader_erased
def erase_notices(email: str) -> None:
    drop_notices(email)
