"""Documents that the portal of e-invoices refuses, or has not answered about for an hour."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.common.actor import Actor
from apps.invoices import services
from apps.invoices.registered import age_warning
from apps.invoices.registrations import EInvoice
from apps.invoices.selectors import get_invoice_settings
from apps.invoices.states import AT_WORK, EInvoiceState
from apps.platform.dead_ends import DeadEnd, Kind, Rows, dead_end, states, stuck_before
from apps.tenancy.context import current_store


def _stuck() -> QuerySet[EInvoice]:
    tried = Q(attempts__gt=1) | Q(updated_at__lt=stuck_before())
    silent = Q(state__in=AT_WORK, created_at__lt=stuck_before()) & tried
    refused = Q(state=EInvoiceState.REFUSED)
    rows = EInvoice.objects.filter(refused | silent).select_related("document")
    ordered = rows.order_by("created_at", "id")
    return ordered.none() if current_store().is_sandbox else ordered


def _describe(row: EInvoice) -> DeadEnd:
    document = row.document
    document.einvoice = row
    what = (
        gettext("Cancellation of the e-invoice %(number)s")
        if row.state == EInvoiceState.CANCELLING
        else gettext("E-invoice %(number)s")
    )
    why = row.fault or gettext("The portal has not answered.")
    return DeadEnd(
        key=str(row.pk),
        what=what % {"number": document.number},
        since=row.created_at,
        why=f"{why} {age_warning(document, get_invoice_settings())}".strip(),
        order_id=document.order_id,
    )


def _try_again(row: EInvoice, actor: Actor) -> object:
    """At once: what the portal says to it is the answer to the button."""
    services.register_again(document=row.document, actor=actor)
    return services.send_due_einvoices(only=row.document)


dead_end(
    Kind(
        code="invoices.einvoice",
        title=_("E-invoices that are not registered"),
        button=_("Try again"),
        found=Rows(_stuck),
        describe=_describe,
        resolve=_try_again,
        sees="invoices.view_document",
        needs="invoices.add_document",
        covers=states(EInvoiceState.WAITING, EInvoiceState.REFUSED, EInvoiceState.CANCELLING),
    )
)
