"""Prints documents: once, into the store's private files. Packing slips are printed again with each request."""

import hashlib
from collections.abc import Mapping
from io import BytesIO
from typing import Any, Final

import structlog
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from PIL import Image

from apps.common.ids import random_token
from apps.content.selectors import find_logo_file, get_theme
from apps.fulfilment.models import Shipment
from apps.fulfilment.selectors import cash_due_with
from apps.fulfilment.states import ShipmentState
from apps.giftcards.codes import read_code
from apps.giftcards.selectors import find_card
from apps.invoices.errors import AwaitsRegistration
from apps.invoices.models import Document, EInvoice, PrintedFile
from apps.invoices.printing.gift_cards import gift_card_values
from apps.invoices.printing.rendering import find_missing, render
from apps.invoices.printing.slips import slip_values
from apps.invoices.printing.values import print_values
from apps.invoices.states import UNREGISTERED
from apps.tenancy.storage import PRIVATE

log = structlog.get_logger(__name__)

_FOLDER: Final = f"{PRIVATE}/documents"
_LOGO_SIZE: Final = (900, 300)


def print_document(*, document: Document) -> PrintedFile:
    """The document's file, printed if it is not yet. Repeatable, also at once: there is one.

    Raises `AwaitsRegistration` for one that has to be registered first: its number and QR code are printed on it.
    """
    known = PrintedFile.objects.filter(document=document).first()
    if known is not None:
        return known
    if EInvoice.objects.filter(document=document, state__in=UNREGISTERED).exists():
        raise AwaitsRegistration
    values = print_values(document, get_theme())
    content = render("document.typ", values, logo=_read_logo())
    missing = find_missing(values)
    if missing:
        log.warning("An invoice was printed with signs that no font has.", number=document.number)
    path = default_storage.save(
        f"{_FOLDER}/{document.pk}-{random_token()}.pdf", ContentFile(content)
    )
    try:
        with transaction.atomic():
            return PrintedFile.objects.create(
                document=document,
                path=path,
                sha256=hashlib.sha256(content).hexdigest(),
                size=len(content),
                missing_signs=missing[:200],
            )
    except IntegrityError:
        default_storage.delete(path)
        return PrintedFile.objects.get(document=document)


def read_document(*, document: Document) -> bytes:
    """The bytes of its file, the same for ever."""
    with default_storage.open(print_document(document=document).path) as file:
        return bytes(file.read())


def print_slip(*, shipment: Shipment) -> bytes:
    """The packing slip of the parcel. A parcel on its way names the cash that is due with it."""
    is_coming = shipment.state == ShipmentState.SHIPPED
    cash_minor = cash_due_with(shipment, order=shipment.order) if is_coming else shipment.cash_minor
    return render_slip(slip_values(shipment, get_theme(), cash_minor=cash_minor))


def render_slip(values: Mapping[str, Any]) -> bytes:
    """Any paper with the layout of a packing slip, with the store's logo."""
    return render("slip.typ", values, logo=_read_logo())


def print_gift_card(*, code: str) -> bytes:
    """The card with this code, for a person who knows it; nothing is kept. Raises as `find_card` does."""
    card = find_card(code)
    values = gift_card_values(card, read_code(code), get_theme())
    return render("gift_card.typ", values, logo=_read_logo())


def _read_logo() -> bytes | None:
    """As a PNG picture; a file that is gone or can't be read costs the logo, not the invoice."""
    name = find_logo_file()
    if not name:
        return None
    buffer = BytesIO()
    try:
        with default_storage.open(name) as file, Image.open(file) as logo:
            picture = logo.convert("RGBA")
    except (OSError, ValueError):
        log.warning("The logo can't be read; an invoice is printed without it.", logo=name)
        return None
    picture.thumbnail(_LOGO_SIZE)
    picture.save(buffer, "PNG")
    return buffer.getvalue()
