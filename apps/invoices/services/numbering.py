"""Allocates numbers: one after the other, without gaps."""

from dataclasses import dataclass
from datetime import date

from apps.common.clock import today
from apps.invoices.errors import WrongPrefix
from apps.invoices.kinds import DocumentKind
from apps.invoices.models import InvoiceSettings, Series
from apps.invoices.numbers import fill_prefix, first_month, write_number
from apps.invoices.snapshot import seller_country


@dataclass(frozen=True)
class Allocated:
    """A number of a series, on the day it was allocated."""

    series: Series
    sequence: int
    number: str
    day: date


def allocate_number(kind: DocumentKind, settings: InvoiceSettings) -> Allocated:
    """The next number of the series. Call it in the transaction that writes the document: a rollback takes the number
    back, and until the commit the series is locked, so that the next one waits. Its day never goes back in a series.

    Raises `NumberTooLong`, `WrongPrefix`.
    """
    country = seller_country()
    month = first_month(country, settings.year_starts_in)
    prefix, day = prefix_of(kind, settings), today()
    filled = fill_prefix(prefix, day, month)
    series = _lock_series(filled, kind)
    if series.kind != kind:
        raise WrongPrefix
    # The day is in the year of the series, also where another year began while the lock was waited for.
    latest = series.documents.order_by("-sequence").values_list("issued_on", flat=True).first()
    series.last_number += 1
    series.save(update_fields=["last_number"])
    number = write_number(filled, series.last_number, digits=settings.digits, country=country)
    return Allocated(series, series.last_number, number, max(day, latest) if latest else day)


def _lock_series(prefix: str, kind: DocumentKind) -> Series:
    """The series' row. A new one is made under the lock of the settings' row: two INSERTs of one key at once end in a
    deadlock on MariaDB."""
    known = Series.objects.select_for_update().filter(prefix=prefix).first()
    if known is not None:
        return known
    InvoiceSettings.objects.select_for_update().filter(key="store").first()
    made, _ = Series.objects.select_for_update().get_or_create(
        prefix=prefix, defaults={"kind": kind}
    )
    return made


def prefix_of(kind: DocumentKind, settings: InvoiceSettings) -> str:
    is_credit = kind == DocumentKind.CREDIT_NOTE
    return settings.credit_prefix if is_credit else settings.invoice_prefix
