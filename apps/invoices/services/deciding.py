"""What staff decide about an e-invoice: try again, cancel it, leave the document unregistered, make it again."""

from typing import Annotated

from django.utils.translation import gettext

from apps.common.actor import Actor
from apps.common.clock import now
from apps.common.errors import InvalidInput
from apps.common.typed_text import Line, Raw, cleans_text
from apps.events import services as events
from apps.invoices.errors import NotCancellable, PortalAtWork
from apps.invoices.models import Document
from apps.invoices.registered import can_be_cancelled
from apps.invoices.registrations import EInvoice, Registration
from apps.invoices.services.crediting import issue_credit_notes
from apps.invoices.services.issuing import issue_invoice
from apps.invoices.services.registering import emit_ready, lock_einvoice, move_einvoice
from apps.invoices.services.sending import send_soon
from apps.invoices.states import UNREGISTERED, CancelReason, EInvoiceState
from apps.orders import services as orders
from apps.platform.auditing import note
from apps.tenancy.retrying import repeated_on_deadlock


@repeated_on_deadlock
def register_again(*, document: Document, actor: Actor) -> EInvoice:
    """Ask the portal again now. Nothing for one that is registered, or being asked."""
    with events.transaction_with_wake_up():
        row = lock_einvoice(document)
        if row.state not in (*UNREGISTERED, EInvoiceState.CANCELLING) or _is_being_asked(row):
            return row
        if row.state == EInvoiceState.REFUSED:
            move_einvoice(row, EInvoiceState.WAITING)
        # from the second attempt on the portal is first asked what it has
        row.attempts, row.due_at = max(row.attempts, 1), now()
        row.save()
        note("einvoice.tried_again", document, actor=actor)
        send_soon()
    return row


@cleans_text
@repeated_on_deadlock
def cancel_einvoice(
    *,
    document: Document,
    reason: Annotated[str, Raw("one of the portal's codes")],
    remark: Annotated[str, Line(100)] = "",
    actor: Actor,
) -> EInvoice:
    """Cancel the registration at the portal, within 24 hours; the document's number is spent. Repeatable, also at once: the
    first one's reason counts.

    A refused document is cancelled here alone: the portal does not have it. Raises `NotCancellable`, `InvalidInput`.
    """
    if reason not in CancelReason.values:
        raise InvalidInput(fields={"reason": [gettext("Choose one of the reasons.")]})
    with events.transaction_with_wake_up():
        orders.lock_order(document.order)
        row = lock_einvoice(document)
        if row.state in (EInvoiceState.CANCELLING, EInvoiceState.CANCELLED):
            return row
        _require_cancellable(document, row)
        is_at_portal = row.state == EInvoiceState.REGISTERED
        move_einvoice(row, EInvoiceState.CANCELLING if is_at_portal else EInvoiceState.CANCELLED)
        row.cancel_reason = reason
        row.cancel_remark = remark or str(CancelReason(reason).label)
        row.due_at, row.cancelled_at = (now(), None) if is_at_portal else (None, now())
        row.attempts, row.fault_code, row.fault = 0, "", ""
        row.save()
        note(
            "einvoice.cancel_requested",
            document,
            actor=actor,
            after={"reason": row.get_cancel_reason_display(), "remark": row.cancel_remark},
        )
        if is_at_portal:
            send_soon()
    return row


def _require_cancellable(document: Document, row: EInvoice) -> None:
    if row.state not in (EInvoiceState.REGISTERED, EInvoiceState.REFUSED):
        raise NotCancellable(gettext("Only a registered or a refused document can be cancelled."))
    notes = document.credit_notes.exclude(einvoice__state=EInvoiceState.CANCELLED)
    if notes.exists():
        raise NotCancellable(gettext("A credit note refers to it. Cancel that first."))
    registration = Registration.objects.filter(document=document).first()
    if registration is not None and not can_be_cancelled(registration):
        raise NotCancellable(
            gettext("The portal takes cancellations for 24 hours. Now a credit note is needed.")
        )


@repeated_on_deadlock
def leave_unregistered(*, document: Document, actor: Actor) -> EInvoice:
    """Print and send it without the portal's number, because it needs none. Raises `PortalAtWork`."""
    with events.transaction_with_wake_up():
        row = lock_einvoice(document)
        if row.state == EInvoiceState.LEFT:
            return row
        if row.state == EInvoiceState.WAITING and _is_being_asked(row):
            raise PortalAtWork
        move_einvoice(row, EInvoiceState.LEFT)
        row.due_at = None
        row.save()
        note("einvoice.left", document, actor=actor)
        emit_ready(document)
    return row


def make_again(*, document: Document, actor: Actor) -> Document | None:
    """In place of a cancelled document one with the next number, of the order as it is now. Repeatable."""
    order = document.order
    cancelled = EInvoice.objects.filter(document=document, state=EInvoiceState.CANCELLED)
    if not cancelled.exists():
        raise NotCancellable(gettext("Only a cancelled document is made again."))
    if document.is_credit_note:
        return next(iter(issue_credit_notes(order=order)), None)
    return issue_invoice(order=order, actor=actor)


def _is_being_asked(row: EInvoice) -> bool:
    """By a process that has claimed it and not died since."""
    return row.is_asked and row.due_at is not None and row.due_at > now()
