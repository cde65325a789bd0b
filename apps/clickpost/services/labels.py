"""Labels of carriers: fetched once, kept in the store's private files."""

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import F
from django.utils.translation import gettext

from apps.clickpost.models import Booking
from apps.clickpost.states import HAS_WAYBILL
from apps.common.clock import now
from apps.common.ids import random_token
from apps.tenancy.errors import HostRefused
from apps.tenancy.outgoing import NoAnswer, send_out
from apps.tenancy.storage import PRIVATE

_FOLDER: Final = f"{PRIVATE}/carrier_labels"
_TRIES_FOR: Final = timedelta(days=1)


def fetch_label(row: Booking) -> bool:
    """Keep the label that the booking's address leads to. It never keeps a parcel from being shipped: what goes wrong is
    written beside it, and a sweep tries again. The address is a carrier's, so it is guarded like one that people type."""
    if row.label_path or not row.label_url:
        return bool(row.label_path)
    content, fault = _read(row.label_url)
    if fault:
        Booking.objects.filter(pk=row.pk).update(label_error=fault[:300])
        return False
    path = default_storage.save(f"{_FOLDER}/{row.pk}-{random_token()}.pdf", ContentFile(content))
    if not Booking.objects.filter(pk=row.pk, label_path="").update(label_path=path, label_error=""):
        default_storage.delete(path)  # another process was quicker
    row.label_path = Booking.objects.values_list("label_path", flat=True).get(pk=row.pk)
    return True


def fetch_missing_labels(*, limit: int = 50) -> int:
    """Labels that could not be fetched within the last day."""
    rows = Booking.objects.filter(
        state__in=HAS_WAYBILL, label_path="", created_at__gt=now() - _TRIES_FOR
    ).exclude(label_url="")
    return sum(fetch_label(row) for row in rows.order_by(F("updated_at"))[:limit])


def read_label(row: Booking) -> bytes:
    """The carrier's file. The caller has looked who asks."""
    with default_storage.open(row.label_path) as file:
        return bytes(file.read())


def _read(url: str) -> tuple[bytes, str]:
    """The content, or why there is none."""
    most = settings.CLICKPOST_LABEL_BYTES
    try:
        found = send_out(
            "GET",
            url,
            headers={"Accept": "application/pdf"},
            seconds=settings.CLICKPOST_TIMEOUT_SECONDS,
            most=most + 1,
        )
    except (HostRefused, NoAnswer) as error:
        return b"", str(error)
    if found.status != 200:
        return b"", gettext("The label's address answered with status %(status)s.") % {
            "status": found.status
        }
    if len(found.content) > most:
        return b"", gettext("The label is longer than %(most)s MB.") % {"most": most // 1024**2}
    if not found.content.startswith(b"%PDF"):
        return b"", gettext("The label is no PDF file.")
    return found.content, ""
