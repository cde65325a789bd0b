"""A courier's file becomes a remittance that staff look at. Nothing counts before it is booked."""

from collections.abc import Iterable, Sequence
from datetime import date
from hashlib import sha256
from typing import Annotated, Final

from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from apps.common.actor import Actor
from apps.common.clock import today
from apps.common.csv_files import NotATable
from apps.common.errors import InvalidInput
from apps.common.money import MAX_MINOR
from apps.common.text import fold
from apps.common.typed_text import Code, Line, cleans_text
from apps.common.xlsx_tables import is_workbook
from apps.platform.auditing import note
from apps.remittances.errors import RemittanceFileTooLarge, RemittanceKnown
from apps.remittances.models import Remittance, RemittanceLine
from apps.remittances.selectors import Collected, find_booked_keys, find_collected
from apps.remittances.states import LineFault
from apps.remittances.table import Row, read_remittance
from apps.tenancy.context import current_store

MOST_BYTES: Final = 5 * 1024 * 1024
_PORTION: Final = 500


@cleans_text
def upload_remittance(
    *,
    file: File,
    name: Annotated[str, Line(200)],
    courier: Annotated[str, Line(80)],
    actor: Actor,
    reference: Annotated[str, Code(80)] = "",
    paid_on: date | None = None,
) -> Remittance:
    """Read the file, and keep its lines beside the parcels they are about. `reference` and `paid_on` are for lines without
    their own.

    Raises `InvalidInput` by field, `NotATable`, `RemittanceFileTooLarge`, and `RemittanceKnown` for a file that is there.
    """
    _check_given(file, courier, paid_on)
    content = file.read()
    digest = sha256(content).hexdigest()
    _refuse_known(digest)
    if content.strip() and fold(name).endswith(".xlsx") and not is_workbook(content):
        raise NotATable(gettext("This is not an XLSX file."))
    store = current_store()
    rows = list(read_remittance(content, currency=store.currency, language=store.language))
    if not rows:
        raise NotATable(gettext("The file has no lines."))
    remittance = Remittance(
        courier=courier,
        reference=reference,
        paid_on=paid_on or max((row.paid_on for row in rows if row.paid_on), default=today()),
        name=name,
        digest=digest,
        currency=store.currency,
        actor_label=actor.label[:200],
    )
    lines = _lines_of(remittance, rows)
    counted = [line for line in lines if not line.fault]
    remittance.line_count, remittance.fault_count = len(lines), len(lines) - len(counted)
    remittance.total_minor = sum(line.amount_minor for line in counted)
    if abs(remittance.total_minor) > MAX_MINOR:
        raise NotATable(gettext("This amount is too large."))
    try:
        with transaction.atomic():
            remittance.save(force_insert=True)
            RemittanceLine.objects.bulk_create(lines, batch_size=_PORTION)
            note("remittance.uploaded", remittance, after={"file": name, "lines": len(lines)})
    except IntegrityError:  # the same file at the same time
        _refuse_known(digest)
        raise
    return remittance


def _check_given(file: File, courier: str, paid_on: date | None) -> None:
    if not courier:
        raise InvalidInput(fields={"courier": [gettext("Name the courier.")]})
    if paid_on is not None and paid_on > today():
        raise InvalidInput(fields={"paid_on": [gettext("This day is still to come.")]})
    if (file.size or 0) > MOST_BYTES:
        raise RemittanceFileTooLarge


def _refuse_known(digest: str) -> None:
    known = Remittance.objects.filter(digest=digest).first()
    if known is not None:
        raise RemittanceKnown(remittance_id=str(known.pk))


def _lines_of(remittance: Remittance, rows: Sequence[Row]) -> list[RemittanceLine]:
    collected = find_collected(row.waybill for row in rows if not row.fault)
    lines = [_line_of(remittance, row, collected.get(row.waybill)) for row in rows]
    _mark_repeated(lines, find_booked_keys(line.key for line in lines if not line.fault))
    return lines


def _line_of(remittance: Remittance, row: Row, collected: Collected | None) -> RemittanceLine:
    day, reference = row.paid_on or remittance.paid_on, row.reference or remittance.reference
    return RemittanceLine(
        remittance=remittance,
        row=row.number,
        waybill=row.waybill,
        amount_minor=row.amount_minor,
        paid_on=day,
        reference=reference,
        shipment_id=collected.shipment_id if collected else None,
        collected_minor=collected.cash_minor if collected else 0,
        key=_key_of(remittance.courier, row.waybill, row.amount_minor, day, reference),
        fault=LineFault.UNREADABLE if row.fault else "",
        message=row.fault,
    )


def _key_of(courier: str, waybill: str, amount_minor: int, day: date, reference: str) -> str:
    """What makes two lines the same one: courier, AWB, amount, and the reference; the day only where there is no
    reference, for reports that come again write another one."""
    about = fold(reference) or day.isoformat()
    text = "\0".join((fold(courier), waybill, str(amount_minor), about))
    return sha256(text.encode()).hexdigest()


def _mark_repeated(lines: Iterable[RemittanceLine], booked: set[str]) -> None:
    seen = set(booked)
    for line in lines:
        if line.fault:
            continue
        if line.key in seen:
            line.fault = LineFault.TWICE
        seen.add(line.key)
