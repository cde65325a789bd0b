"""Certificates of customers who pay no tax: who has one for which place, and the file that staff keep of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Final

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.accounts.selectors import get_user_by_email
from apps.common.addresses import region_key
from apps.common.clock import today
from apps.common.ids import random_token
from apps.common.typed_text import Code, cleans_text
from apps.common.web import normalize_email
from apps.platform.auditing import audited
from apps.pricing.errors import WrongCertificate
from apps.pricing.models import ExemptionCertificate
from apps.tenancy.context import system_scope
from apps.tenancy.storage import PRIVATE
from apps.tenancy.versioned_cache import cached_by_version

_FOLDER: Final = f"{PRIVATE}/certificates"
MOST_BYTES: Final = 10 * 1024 * 1024
# How files of these kinds begin.
_KINDS: Final = {
    b"%PDF-": ("pdf", "application/pdf"),
    b"\x89PNG\r\n\x1a\n": ("png", "image/png"),
    b"\xff\xd8\xff": ("jpg", "image/jpeg"),
}


@dataclass(frozen=True)
class Certified:
    """`country` empty: everywhere; `region` empty: the whole country; `valid_until` is its last day, None without end."""

    number: str
    country: str
    region: str
    valid_until: date | None

    def covers(self, country: str, region: str, day: date) -> bool:
        if self.valid_until is not None and self.valid_until < day:
            return False
        if self.country and self.country != country:
            return False
        return not self.region or region_key(country, region) == region_key(country, self.region)


def find_certificate(customer_ref: str, *, country: str, region: str) -> Certified | None:
    """The certificate by which that customer pays no tax on a delivery there today. Kept in memory until staff change one:
    no statement for most carts, none for guests."""
    if not customer_ref or not country:
        return None
    day = today()
    found = _all().get(customer_ref, ())
    return next((each for each in found if each.covers(country, region, day)), None)


@cached_by_version("pricing")
def _all() -> dict[str, tuple[Certified, ...]]:
    found: dict[str, tuple[Certified, ...]] = {}
    with system_scope("certificates"):  # of all customers, whatever actor reads first
        for row in ExemptionCertificate.objects.order_by("created_at", "id"):
            one = Certified(row.number, row.country, row.region, row.valid_until)
            found[str(row.customer_id)] = (*found.get(str(row.customer_id), ()), one)
    return found


def find_customer(email: str) -> User:
    """The customer with this address. Raises `WrongCertificate`."""
    user = get_user_by_email(normalize_email(email))
    if user is None:
        raise WrongCertificate(fields={"email": [gettext("No customer has this address.")]})
    return user


@cleans_text
def save_certificate(
    row: ExemptionCertificate,
    *,
    content: bytes | None = None,
    file_name: Annotated[str, Code(120)] = "",
) -> None:
    """Save it, with a new file if there is one. The earlier file stays where it is. Raises `WrongCertificate`."""
    verb = "created" if row._state.adding else "changed"
    with audited(f"exemption_certificate.{verb}", row):
        if content is not None:
            ending, _kind = kind_of(content)
            path = default_storage.save(
                f"{_FOLDER}/{row.pk}-{random_token()}.{ending}", ContentFile(content)
            )
            row.path, row.file_name = path, file_name
        row.save()


def kind_of(content: bytes) -> tuple[str, str]:
    """Ending and content type of a PDF file or a picture, by its first bytes. Raises `WrongCertificate`."""
    if len(content) <= MOST_BYTES:
        for head, kind in _KINDS.items():
            if content.startswith(head):
                return kind
    raise WrongCertificate(
        fields={"file": [gettext("A PDF file or a picture (PNG, JPEG) of at most 10 MB.")]}
    )


def read_certificate(row: ExemptionCertificate) -> tuple[bytes, str]:
    """The file and its content type."""
    with default_storage.open(row.path) as file:
        content = bytes(file.read())
    return content, kind_of(content)[1]


def evidence_of(found: Certified) -> dict[str, Any]:
    """What the order keeps of it."""
    until = {"valid_until": found.valid_until.isoformat()} if found.valid_until else {}
    return {"certificate": found.number, **until}
