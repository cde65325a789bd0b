"""The e-invoice of a document: how far it is at India's portal, and what staff can do about it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext

from apps.backoffice.base import call_service, staff_actor
from apps.backoffice.posting import posted
from apps.backoffice.sites import store_admin
from apps.common.errors import NotFound
from apps.invoices import services as invoices
from apps.invoices.models import Document
from apps.invoices.registered import (
    CANCELLED_WITHIN,
    age_warning,
    can_be_cancelled,
    einvoice_of,
    registration_of,
)
from apps.invoices.selectors import get_invoice_settings
from apps.invoices.states import UNREGISTERED, CancelReason, EInvoiceState

PAGE = "store_admin:invoices_document_change"
NEEDS = "invoices.add_document"


def present_einvoice(request: HttpRequest, document: Document) -> dict[str, Any] | None:
    """What the document's page shows; None for one that is not registered at all."""
    row, registration = einvoice_of(document), registration_of(document)
    if row is None:
        return None
    may = request.user.has_perm(NEEDS)
    ends_at = None
    if registration is not None and can_be_cancelled(registration):
        ends_at = registration.ack_at + CANCELLED_WITHIN
    is_registered = row.state == EInvoiceState.REGISTERED
    is_cancellable = row.state == EInvoiceState.REFUSED or (is_registered and ends_at)
    return {
        "row": row,
        "registration": registration,
        "cancellable_until": ends_at,
        "is_too_late": is_registered and ends_at is None,
        "warning": age_warning(document, get_invoice_settings()),
        "reasons": CancelReason.choices,
        "may_try": may and row.state in (*UNREGISTERED, EInvoiceState.CANCELLING),
        "may_leave": may and row.state in UNREGISTERED,
        "may_cancel": may and is_cancellable,
        "may_make_again": may and row.state == EInvoiceState.CANCELLED,
        "document": document,
    }


@posted(PAGE, "document_id")
def try_view(request: HttpRequest, document_id: UUID) -> HttpResponse:
    document = _get(request, document_id)
    call_service(
        request,
        lambda: invoices.register_again(document=document, actor=staff_actor(request)),
        gettext("The portal is asked again. Load this page again in a moment."),
    )
    return _back(document)


@posted(PAGE, "document_id")
def cancel_view(request: HttpRequest, document_id: UUID) -> HttpResponse:
    document = _get(request, document_id)
    call_service(
        request,
        lambda: invoices.cancel_einvoice(
            document=document,
            reason=request.POST.get("reason", ""),
            remark=request.POST.get("remark", ""),
            actor=staff_actor(request),
        ),
        gettext("The e-invoice is being cancelled."),
    )
    return _back(document)


@posted(PAGE, "document_id")
def leave_view(request: HttpRequest, document_id: UUID) -> HttpResponse:
    document = _get(request, document_id)
    call_service(
        request,
        lambda: invoices.leave_unregistered(document=document, actor=staff_actor(request)),
        gettext("The document stays unregistered, and its file is made."),
    )
    return _back(document)


@posted(PAGE, "document_id")
def again_view(request: HttpRequest, document_id: UUID) -> HttpResponse:
    document, made = _get(request, document_id), []

    def make() -> None:
        again = invoices.make_again(document=document, actor=staff_actor(request))
        if again is None:
            raise NotFound(gettext("Nothing is missing: there is no other document to make."))
        made.append(again)

    call_service(request, make, gettext("The document is made again."))
    return _back(made[0] if made else document)


def einvoice_urls() -> list[Any]:
    view = store_admin.admin_view
    return [
        path(
            f"<uuid:document_id>/registration/{name}/",
            view(each),
            name=f"invoices_document_registration_{name}",
        )
        for name, each in {
            "try": try_view,
            "cancel": cancel_view,
            "leave": leave_view,
            "again": again_view,
        }.items()
    ]


def _get(request: HttpRequest, document_id: UUID) -> Document:
    if not request.user.has_perm(NEEDS):
        raise PermissionDenied
    rows = Document.objects.select_related("order", "einvoice").exclude(einvoice=None)
    return get_object_or_404(rows, pk=document_id)


def _back(document: Document) -> HttpResponse:
    return HttpResponseRedirect(reverse(PAGE, args=[document.pk]))


def say_why(request: HttpRequest, document: Document, error: Exception) -> HttpResponse:
    """In place of a file that is not made yet."""
    messages.error(request, str(error))
    return _back(document)
