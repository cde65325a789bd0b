"""The file that goes with a mail about an order, such as its invoice: made by apps above this one.

What happened to an order has one mail. Where an invoice is due for the same reason, that mail brings it.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Final

import structlog
from django.db import transaction

from apps.common.hooks import Hook
from apps.notifications.attachments import Attachment
from apps.orders.models import Order

log = structlog.get_logger(__name__)


class Occasion(StrEnum):
    PAID = "order.paid"
    SHIPPED = "order.shipped"


paper: Final = Hook[Callable[[Order, Occasion], Attachment | None]]("papers")


def paper_for(order: Order, occasion: Occasion) -> Attachment | None:
    """Makes the file, if it is due. A failure stops no mail: the file then comes by a mail of its own."""
    for find in paper:
        try:
            with transaction.atomic():
                found = find(order, occasion)
        except Exception as error:  # printing may fail in any way
            log.warning("A mail goes without its file.", order=order.number, error=repr(error))
            continue
        if found is not None:
            return found
    return None
