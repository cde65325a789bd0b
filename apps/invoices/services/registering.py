"""Registers documents at India's portal of e-invoices, and asks it until it answers.

An e-invoice is first claimed (its attempt counted, `due_at` moved forward as a lease), then the portal is asked outside of any
transaction, then the answer is written. A process that dies in between leaves it due at the end of the lease; from the second attempt on the
portal is first asked what it has, and "duplicate" is an answer as well: so a document is registered once.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import structlog
from django.db import transaction
from django.db.models import Min
from django.utils.translation import gettext

from apps.common.backing_off import choose_wait
from apps.common.clock import now
from apps.common.states import require_transition
from apps.events import services as events
from apps.invoices.einvoices.checking import faults_of
from apps.invoices.einvoices.duty import must_register
from apps.invoices.einvoices.payload import make_payload
from apps.invoices.models import Document, InvoiceSettings
from apps.invoices.portal.base import (
    AlreadyRegistered,
    Fault,
    Portal,
    PortalRefused,
    PortalUnavailable,
    Registered,
)
from apps.invoices.portal.installed import open_portal, portal_keys
from apps.invoices.portal.signatures import check_signed
from apps.invoices.registrations import EInvoice, Registration
from apps.invoices.states import AT_WORK, EINVOICE_TRANSITIONS, EInvoiceState
from apps.platform import services as platform
from apps.platform.auditing import note
from apps.tenancy.context import current_store
from apps.tenancy.retrying import repeated_on_deadlock

log = structlog.get_logger(__name__)

# Longer than all calls of an attempt together: a login, a search, a registration, each twice.
LEASE: Final = timedelta(minutes=5)
LOOK_AGAIN_AFTER: Final = timedelta(seconds=15)
# A minute, two, four and so on, an hour at most. Never given up.
_WAITS: Final = {"first": 30.0, "growth": 2.0, "longest": 3600.0}
_MOST_FAULT: Final = 1000


def begin_registration(document: Document, settings: InvoiceSettings) -> bool:
    """Note in the document's own transaction that it must be registered, if it must. A sandbox sends nothing."""
    if not must_register(document, settings) or current_store().is_sandbox:
        return False
    document.einvoice = EInvoice.objects.create(document=document)
    return True


def send_due_einvoices(*, only: Document | None = None, limit: int = 500) -> int:
    """Ask the portal about whatever is due, oldest first, or about that document. Returns the number of settled ones. Any
    number of processes may do this at once. At the end it writes a wake-up for what waits."""
    if current_store().is_sandbox:
        return 0
    settled = 0
    for _ in range(limit):
        row = _claim(only)
        if row is None:
            break
        settled += _is_settled(row)
    _note_next_wake_up()
    return settled


@repeated_on_deadlock
def _claim(only: Document | None) -> EInvoice | None:
    with transaction.atomic():
        due = EInvoice.objects.filter(state__in=AT_WORK, due_at__lte=now())
        if only is not None:
            due = due.filter(document=only)
        row = due.select_for_update(skip_locked=True).order_by("due_at", "id").first()
        if row is None:
            return None
        row.attempts += 1
        row.due_at, row.is_asked = now() + LEASE, True
        row.save(update_fields=["attempts", "due_at", "is_asked", "updated_at"])
    return row


def _is_settled(row: EInvoice) -> bool:
    """One attempt. Whatever goes wrong is written down, and tried again after a wait."""
    document = Document.objects.select_related("order").get(pk=row.document_id)
    ask: Callable[[EInvoice, Document], None] = (
        _cancel if row.state == EInvoiceState.CANCELLING else _register
    )
    try:
        ask(row, document)
    except PortalUnavailable as error:
        _postpone(row, str(error))
        return False
    except PortalRefused as refusal:
        book_refusal(row, refusal)
    except Exception as error:  # one document that fails must not keep the others waiting
        log.exception("An e-invoice failed.", number=document.number)
        _postpone(row, gettext("An error here: %(kind)s.") % {"kind": type(error).__name__})
        return False
    return True


def _register(row: EInvoice, document: Document) -> None:
    payload = make_payload(document)
    faults = faults_of(payload)
    if faults:
        raise PortalRefused([Fault("fields", fault) for fault in faults])
    keys, gstin = portal_keys(), payload["SellerDtls"]["Gstin"]
    portal = open_portal(keys, gstin)
    found = find_registration(portal, document) if row.attempts > 1 else None
    is_known = found is not None
    if found is None:
        try:
            found = portal.register(payload)
        except AlreadyRegistered as known:
            found, is_known = find_registration(portal, document), True
            if found is None:
                raise _not_shown(known) from None
    if found.is_cancelled:
        raise PortalRefused([Fault("cancelled", gettext("It was cancelled at the portal."))])
    is_verified = check_signed(found, gstin=gstin, number=document.number, keys=keys)
    book_registration(document, found, is_verified=is_verified, was_known=is_known)


def _not_shown(known: AlreadyRegistered) -> PortalRefused:
    """The portal shows documents of the last days only."""
    sentence = gettext(
        "The portal has this document and does not show it any more. Look it up at the portal."
    )
    return PortalRefused([*known.faults, Fault("", sentence)])


def find_registration(portal: Portal, document: Document) -> Registered | None:
    return portal.find(
        kind="CRN" if document.is_credit_note else "INV",
        number=document.number.upper(),
        day=document.issued_on,
    )


def _cancel(row: EInvoice, document: Document) -> None:
    """A refusal is no answer yet: an earlier attempt may have cancelled it."""
    registration = Registration.objects.get(document=document)
    portal = open_portal(portal_keys(), document.data["seller"]["tax_number"])
    try:
        moment = portal.cancel(registration.irn, reason=row.cancel_reason, remark=row.cancel_remark)
    except PortalRefused:
        found = find_registration(portal, document)
        if found is None or not found.is_cancelled:
            raise
        moment = now()
    book_cancellation(document, moment)


@repeated_on_deadlock
def book_registration(
    document: Document, found: Registered, *, is_verified: bool, was_known: bool
) -> EInvoice:
    """Keep the portal's answer; the file is printed after the commit. Calling it again changes nothing."""
    with events.transaction_with_wake_up():
        row = lock_einvoice(document)
        if Registration.objects.filter(document=document).exists():
            return row
        Registration.objects.create(
            document=document,
            irn=found.irn,
            ack_number=found.ack_number,
            ack_at=found.ack_at,
            signed_invoice=found.signed_invoice,
            signed_qr=found.signed_qr,
            is_verified=is_verified,
            was_known=was_known,
        )
        move_einvoice(row, EInvoiceState.REGISTERED)
        _settle(row)
        note("einvoice.registered", document, after={"irn": found.irn})
        emit_ready(document)
    return row


@repeated_on_deadlock
def book_refusal(row: EInvoice, refusal: PortalRefused) -> EInvoice:
    """It needs staff; of a cancellation: the document stays registered."""
    with transaction.atomic():
        locked = EInvoice.objects.select_for_update().get(pk=row.pk)
        if locked.state != row.state or locked.attempts != row.attempts:
            return locked  # settled, or being asked again, meanwhile
        is_cancelling = locked.state == EInvoiceState.CANCELLING
        move_einvoice(locked, EInvoiceState.REGISTERED if is_cancelling else EInvoiceState.REFUSED)
        _settle(locked, code=refusal.main_code, fault=str(refusal))
        verb = "einvoice.not_cancelled" if is_cancelling else "einvoice.refused"
        note(verb, locked.document, after={"reason": str(refusal)})
    return locked


@repeated_on_deadlock
def book_cancellation(document: Document, moment: datetime) -> EInvoice:
    """The buyer gets a mail. Calling it again changes nothing."""
    with events.transaction_with_wake_up():
        row = lock_einvoice(document)
        if row.state != EInvoiceState.CANCELLING:
            return row
        move_einvoice(row, EInvoiceState.CANCELLED)
        row.cancelled_at = moment
        row.save(update_fields=["cancelled_at"])
        _settle(row)
        note("einvoice.cancelled", document, after={"reason": row.get_cancel_reason_display()})
        events.emit(
            topic="document.cancelled",
            key=str(document.order_id),
            payload={"document_id": str(document.pk)},
        )
    return row


def _postpone(row: EInvoice, why: str) -> None:
    """After a silence. Nothing, if another process has it since, or if it was settled."""
    EInvoice.objects.filter(pk=row.pk, state=row.state, attempts=row.attempts).update(
        due_at=now() + choose_wait(row.attempts, **_WAITS),
        is_asked=False,
        fault_code="",
        fault=why[:_MOST_FAULT],
        updated_at=now(),
    )


def _settle(row: EInvoice, *, code: str = "", fault: str = "") -> None:
    row.due_at, row.is_asked, row.attempts = None, False, 0
    row.fault_code, row.fault = code[:40], fault[:_MOST_FAULT]
    row.save()


def lock_einvoice(document: Document) -> EInvoice:
    return EInvoice.objects.select_for_update().get(document=document)


def move_einvoice(row: EInvoice, target: EInvoiceState) -> None:
    """Assign the state, or raise `TransitionNotAllowed`. The row is locked, the caller saves."""
    require_transition(
        EINVOICE_TRANSITIONS,
        subject=gettext("The e-invoice"),
        current=EInvoiceState(row.state),
        target=target,
    )
    row.state = target


def emit_ready(document: Document) -> None:
    """Its file can be printed and sent."""
    events.emit(
        topic="document.ready",
        key=str(document.order_id),
        payload={"document_id": str(document.pk)},
    )


def _note_next_wake_up() -> None:
    waiting = EInvoice.objects.filter(state__in=AT_WORK).aggregate(due_at=Min("due_at"))
    if waiting["due_at"] is not None:
        due_at = max(waiting["due_at"], now() + LOOK_AGAIN_AFTER)
        platform.note_wake_up(store_id=current_store().id, due_at=due_at)
