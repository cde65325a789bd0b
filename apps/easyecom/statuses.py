"""What the statuses of EasyEcom mean here: rows that staff map. The first ones are those seen in other people's code."""

import re
from typing import Final

from django.db import transaction

from apps.common.clock import now
from apps.common.text import fold
from apps.easyecom.models import StatusMeaning
from apps.easyecom.reading import Invoice
from apps.easyecom.states import LEFT, Meaning, StatusSource

_M, _FROM = Meaning, StatusSource
_MOST_WAITING: Final = 500
_FIRST: Final = (
    (_FROM.ORDER, "open", "Open", _M.OPEN),
    (_FROM.ORDER, "pending", "Pending", _M.OPEN),
    (_FROM.ORDER, "confirmed", "Confirmed", _M.OPEN),
    (_FROM.ORDER, "assigned", "Assigned", _M.OPEN),
    (_FROM.ORDER, "printed", "Printed", _M.OPEN),
    (_FROM.ORDER, "manifested", "Manifested", _M.OPEN),
    (_FROM.ORDER, "shipped", "Shipped", _M.SHIPPED),
    (_FROM.ORDER, "delivered", "Delivered", _M.DELIVERED),
    (_FROM.ORDER, "cancelled", "Cancelled", _M.CANCELLED),
    (_FROM.ORDER, "returned", "Returned", _M.NOTHING),
    (_FROM.NUMBER, "2", "Picked up, in transit", _M.SHIPPED),
    (_FROM.NUMBER, "3", "Delivered", _M.DELIVERED),
    (_FROM.NUMBER, "6", "Cancelled", _M.NOTHING),
    (_FROM.NUMBER, "9", "RTO delivered", _M.BACK),
    (_FROM.NUMBER, "16", "NDR", _M.FAILED),
    (_FROM.NUMBER, "17", "RTO initiated", _M.RETURNING),
    (_FROM.NUMBER, "18", "Pending", _M.OPEN),
    (_FROM.NUMBER, "19", "Manifested, pickup scheduled", _M.OPEN),
    (_FROM.NUMBER, "20", "Out for delivery", _M.OUT),
    (_FROM.PARCEL, "delivered", "Delivered", _M.DELIVERED),
    (_FROM.PARCEL, "in transit", "In Transit", _M.SHIPPED),
    (_FROM.PARCEL, "out for delivery", "Out For Delivery", _M.OUT),
    (_FROM.PARCEL, "manifested", "Manifested", _M.OPEN),
    (_FROM.PARCEL, "rto delivered", "RTO Delivered", _M.BACK),
    (_FROM.PARCEL, "rto initiated", "RTO Initiated", _M.RETURNING),
)


def ensure_statuses() -> None:
    """The first rows, where there is none. One query where there are."""
    if StatusMeaning.objects.exists():
        return
    StatusMeaning.objects.bulk_create(
        [
            StatusMeaning(source=source, value=value, label=label, meaning=meaning)
            for source, value, label, meaning in _FIRST
        ],
        ignore_conflicts=True,
    )


def meaning_of(invoice: Invoice) -> Meaning:
    """A cancelled order is cancelled; of any other the parcel's status counts once it has left, and before that the order's.
    The parcel's number goes before its words. What has no row gets one, and means nothing until staff map it."""
    ensure_statuses()
    known = {(row.source, row.value): Meaning(row.meaning) for row in StatusMeaning.objects.all()}
    order = _look(known, invoice, StatusSource.ORDER, invoice.status)
    if invoice.parcel_number:
        words = invoice.parcel_status
        parcel = _look(known, invoice, StatusSource.NUMBER, invoice.parcel_number, words)
    else:
        parcel = _look(known, invoice, StatusSource.PARCEL, invoice.parcel_status)
    if order == Meaning.CANCELLED or parcel not in LEFT:
        return order
    return parcel


def _look(
    known: dict[tuple[str, str], Meaning],
    invoice: Invoice,
    source: StatusSource,
    text: str,
    label: str = "",
) -> Meaning:
    value = key_of_status(text)
    if not value:
        return Meaning.NOTHING
    found = known.get((source, value), Meaning.UNKNOWN)
    if found == Meaning.UNKNOWN:
        row = StatusMeaning(source=source, value=value, label=label or text)
        StatusMeaning.objects.bulk_create([row], ignore_conflicts=True)
        _note_waiting(source, value, invoice.ref)
    return found


def _note_waiting(source: StatusSource, value: str, ref: str) -> None:
    with transaction.atomic():
        row = StatusMeaning.objects.select_for_update().get(source=source, value=value)
        if row.meaning != Meaning.UNKNOWN:
            return  # staff have mapped it at this moment; its invoices are looked at again
        row.times_seen, row.seen_at = row.times_seen + 1, now()
        row.waiting = [*(each for each in row.waiting if each != ref), ref][-_MOST_WAITING:]
        row.save(update_fields=["times_seen", "seen_at", "waiting"])


def key_of_status(text: str) -> str:
    """`Out_for-Delivery ` and `out for delivery` are one status."""
    return fold(re.sub(r"[\s_-]+", " ", text).strip())[:120]
