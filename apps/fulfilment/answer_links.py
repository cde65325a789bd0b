"""Links to the page on which a buyer answers a failed attempt. Signed, so they need no row; each is of one parcel and ends.

A link says how its holder is known: by the mail or the order's own link, or by a pass of the tracking page, which asks for the
order's number and a phone number only.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.utils.crypto import constant_time_compare, salted_hmac

from apps.common.clock import now
from apps.fulfilment.errors import ShipmentNotFound
from apps.fulfilment.models import Shipment
from apps.tenancy.context import current_store, show_order, system_scope

MAIL_LASTS: Final = timedelta(days=21)
PAGE_LASTS: Final = timedelta(hours=1)
_KNOWN, _PASS = "m", "p"
_LINK: Final = re.compile(rf"([0-9a-f]{{8}})-([0-9a-f]{{32}})-([{_KNOWN}{_PASS}])-([0-9a-f]{{40}})")


@dataclass(frozen=True)
class AnswerLink:
    """`is_known`: the holder reads the buyer's mail. `is_over`: its time has ended."""

    shipment_id: UUID
    is_known: bool
    is_over: bool


def make_answer_link(
    shipment: Shipment, *, is_known: bool = True, lasts: timedelta = MAIL_LASTS
) -> str:
    """The last part of the page's address, for this parcel in this store."""
    ends = int((now() + lasts).timestamp())
    return _written(shipment.pk, _KNOWN if is_known else _PASS, ends)


def read_answer_link(text: str) -> AnswerLink | None:
    """None for a link that was changed, is of another store, or is any other text."""
    found = _LINK.fullmatch(text)
    if found is None:
        return None
    ends, shipment_id, how = int(found[1], 16), UUID(found[2]), found[3]
    if not constant_time_compare(text, _written(shipment_id, how, ends)):
        return None
    return AnswerLink(shipment_id, how == _KNOWN, ends <= now().timestamp())


def open_parcel(link: AnswerLink) -> Shipment:
    """The parcel, with its order. From here on row security shows this order and its rows to the request. Raises
    `ShipmentNotFound`."""
    with system_scope("parcel_answer"):
        token = Shipment.objects.filter(pk=link.shipment_id).values_list("order__access_token")
        found = token.first()
    if found is None:
        raise ShipmentNotFound()
    show_order(found[0])
    shipment = Shipment.objects.select_related("order").filter(pk=link.shipment_id).first()
    if shipment is None:
        raise ShipmentNotFound()
    return shipment


def _written(shipment_id: UUID, how: str, ends: int) -> str:
    value = f"{current_store().id}:{shipment_id}:{how}:{ends}"
    signed = salted_hmac("fulfilment.parcel_answer", value, algorithm="sha256").hexdigest()
    return f"{ends:08x}-{shipment_id.hex}-{how}-{signed[:40]}"
