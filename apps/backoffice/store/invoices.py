"""Invoices and credit notes, and the store's settings for them."""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from apps.backoffice.base import RecordAdmin, sentence_of
from apps.backoffice.cards import Card
from apps.backoffice.columns import badge, money
from apps.backoffice.sites import store_admin
from apps.backoffice.store import oss_page
from apps.backoffice.store.einvoices import einvoice_urls, present_einvoice, say_why
from apps.backoffice.store.portal_keys import may_change_portal_keys, portal_urls
from apps.backoffice.store.single_row import SingleRowAdmin
from apps.backoffice.table_answer import note_export
from apps.backoffice.typed import read_uuid
from apps.common.clock import today
from apps.common.errors import DomainError
from apps.invoices import services as invoices
from apps.invoices.answers import document_answer, file_answer
from apps.invoices.einvoices.checking import faults_of
from apps.invoices.einvoices.files import einvoice_file
from apps.invoices.einvoices.payload import is_einvoice, make_payload
from apps.invoices.errors import AwaitsRegistration
from apps.invoices.models import Document, InvoiceSettings, PrintedFile
from apps.invoices.portal.installed import portal_keys
from apps.invoices.registered import einvoice_of
from apps.invoices.reports.files import gstr1_file
from apps.invoices.reports.oss import has_oss
from apps.invoices.reports.period import read_period
from apps.invoices.reports.supplies import has_return
from apps.invoices.selectors import preview_numbers
from apps.invoices.states import UNREGISTERED, EInvoiceState

_MOST_NAMED: Final = 10  # documents in a sentence


@admin.register(Document, site=store_admin)
class DocumentAdmin(RecordAdmin):
    list_display = ("number", "shown_title", "order_link", "issued_on", "total", "tax", "file")
    list_display_links = ("number",)
    card = Card(
        "number", side=("total",), facts=("shown_title", "order_link"), end=("issued_on", "file")
    )
    list_filter = (
        ("kind", ChoicesDropdownFilter),
        ("einvoice__state", ChoicesDropdownFilter),
    )
    search_fields = ("number", "order__number", "order__email", "registration__irn__exact")
    list_select_related = ("order", "einvoice")
    ordering = ("-created_at", "-id")
    fields = (
        "number",
        "shown_title",
        "order_link",
        "invoice",
        "issued_on",
        "total",
        "tax",
        "file",
        "einvoice_file",
        "missing_signs",
    )
    actions = ("download_einvoices",)

    change_list_template = "backoffice/documents.html"
    change_form_outer_after_template = "backoffice/einvoice.html"

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("<uuid:document_id>/pdf/", view(self.show_file), name="invoices_document_pdf"),
            path(
                "<uuid:document_id>/einvoice/",
                view(self.einvoice_view),
                name="invoices_document_einvoice",
            ),
            path("gstr1/", view(self.download_return), name="invoices_document_gstr1"),
            path("oss/", view(oss_page.show), name="invoices_document_oss"),
            *einvoice_urls(),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        before = today().replace(day=1) - timedelta(days=1)
        context = {
            "has_return": has_return(),
            "last_month": f"{before:%Y-%m}",
            "last_quarter": oss_page.last_quarter() if has_oss() else None,
        }
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        rows = Document.objects.select_related("einvoice", "registration")
        found = read_uuid(object_id)
        document = rows.filter(pk=found).first() if found else None
        panel = present_einvoice(request, document) if document is not None else None
        context = {"einvoice_panel": panel, **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)

    @method_decorator(require_GET)
    def download_return(self, request: HttpRequest) -> HttpResponse:
        """GSTR-1 of a month as a file; what is wrong with the month is a sentence above the list."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            period = read_period(request.GET.get("period", ""))
            made = gstr1_file(period, kind=request.GET.get("format", ""))
            note_export("gstr1", period=str(period))
        except DomainError as error:
            messages.error(request, sentence_of(error))
            return redirect("store_admin:invoices_document_changelist")
        if made.left_out:
            sentence = gettext("Not in the file, because they are not in rupees: %(numbers)s")
            messages.warning(request, sentence % {"numbers": _some_of(made.left_out)})
        if made.without_code:
            sentence = gettext(
                "A line has no HSN or SAC code, which the portal asks for: %(numbers)s"
            )
            messages.warning(request, sentence % {"numbers": _some_of(made.without_code)})
        return file_answer(made)

    def show_file(self, request: HttpRequest, document_id: UUID) -> HttpResponse:
        """The PDF file, for staff who see documents."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        document = get_object_or_404(Document, pk=document_id)
        try:
            return document_answer(document)
        except AwaitsRegistration as error:
            return say_why(request, document, error)

    def einvoice_view(self, request: HttpRequest, document_id: UUID) -> HttpResponse:
        """The document for the portal of e-invoices; what the portal would refuse is a sentence on its page."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        document = get_object_or_404(Document, pk=document_id)
        page = redirect("store_admin:invoices_document_change", document.pk)
        return self._einvoices(request, [document]) or page

    def has_download_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    @admin.action(description=_("E-invoices (JSON)"), permissions=["download"])
    def download_einvoices(
        self, request: HttpRequest, queryset: QuerySet[Document]
    ) -> HttpResponse | None:
        return self._einvoices(request, list(queryset.order_by("created_at", "id")))

    def _einvoices(self, request: HttpRequest, documents: list[Document]) -> HttpResponse | None:
        try:
            made = einvoice_file(documents)
        except DomainError as error:
            messages.error(request, sentence_of(error))
            return None
        if made.left_out:
            numbers = {"numbers": ", ".join(made.left_out)}
            messages.warning(request, gettext("No e-invoices: %(numbers)s") % numbers)
        return file_answer(made)

    @display(description=_("e-invoice"))
    def einvoice_file(self, document: Document) -> SafeString | str:
        if not is_einvoice(document):
            return "-"
        faults = faults_of(make_payload(document))
        if faults:
            return " ".join(faults)
        url = reverse("store_admin:invoices_document_einvoice", args=[document.pk])
        return format_html('<a href="{}">JSON</a>', url)

    @display(description=_("file"))
    def file(self, document: Document) -> SafeString:
        """In its place what it waits for, and of a cancelled document the state."""
        found = einvoice_of(document)
        if found is not None and found.state in (*UNREGISTERED, EInvoiceState.CANCELLED):
            return badge(found.state, found.get_state_display())
        url = reverse("store_admin:invoices_document_pdf", args=[document.pk])
        return format_html('<a href="{}" target="_blank" rel="noopener">PDF</a>', url)

    @display(description=_("signs without a font"))
    def missing_signs(self, document: Document) -> str:
        printed = PrintedFile.objects.filter(document=document).first()
        return printed.missing_signs or "-" if printed else "-"

    @display(description=_("kind"), ordering="title")
    def shown_title(self, document: Document) -> str:
        return document.get_title_display()

    @display(description=_("order"), ordering="order__number")
    def order_link(self, document: Document) -> SafeString:
        url = reverse("store_admin:orders_order_change", args=[document.order_id])
        return format_html('<a href="{}">{}</a>', url, document.order.number)

    @display(description=_("total"), ordering="total_minor")
    def total(self, document: Document) -> str:
        return money(document.total_minor, document.currency)

    @display(description=_("tax"), ordering="tax_minor")
    def tax(self, document: Document) -> str:
        return money(document.tax_minor, document.currency)


class InvoiceSettingsForm(forms.ModelForm):
    class Meta:
        model = InvoiceSettings
        fields = "__all__"

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        row = InvoiceSettings(**values)
        faults = invoices.check_codes(row)
        if "digits" not in self.errors and "year_starts_in" not in self.errors:
            faults |= invoices.check_prefixes(row)
        for name, fault in faults.items():
            if name in self.fields and name not in self.errors:
                self.add_error(name, fault)
        return values


@admin.register(InvoiceSettings, site=store_admin)
class InvoiceSettingsAdmin(SingleRowAdmin):
    form = InvoiceSettingsForm
    readonly_fields = ("next_numbers", "portal", "portal_state")
    fieldsets = (
        (_("When"), {"fields": ("issued_on", "is_mailed")}),
        (
            _("Numbers"),
            {
                "fields": (
                    ("invoice_prefix", "credit_prefix"),
                    ("digits", "year_starts_in"),
                    "next_numbers",
                )
            },
        ),
        (
            _("Seller"),
            {"fields": ("legal_name", "line1", "line2", ("postal_code", "city"))},
        ),
        (
            _("E-invoices (India)"),
            {"fields": (("registers", "register_days"), "portal")},
        ),
        (_("On the paper"), {"fields": ("shipping_code", "signatory", "note")}),
    )

    @display(description=_("Next numbers"))
    def next_numbers(self, row: InvoiceSettings) -> str:
        return ", ".join(preview_numbers(row))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The link to the keys is for those who may open it."""
        if may_change_portal_keys(request):
            return super().get_fieldsets(request, obj)
        return [
            (
                title,
                {
                    "fields": tuple(
                        "portal_state" if each == "portal" else each for each in part["fields"]
                    )
                },
            )
            for title, part in super().get_fieldsets(request, obj)
        ]

    @display(description=_("Portal of e-invoices"))
    def portal_state(self, row: InvoiceSettings) -> str:
        return gettext("The keys are saved.") if portal_keys() else gettext("No keys yet.")

    @display(description=_("Portal of e-invoices"))
    def portal(self, row: InvoiceSettings) -> SafeString:
        words = self.portal_state(row)
        url = reverse("store_admin:invoices_invoicesettings_portal")
        link = format_html('<a href="{}">{}</a>', url, gettext("Keys of the portal"))
        return format_html("{} {}", words, link)

    def get_urls(self) -> list[Any]:
        return [*portal_urls(), *super().get_urls()]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        invoices.save_invoice_settings(obj)


def _some_of(numbers: list[str]) -> str:
    if len(numbers) <= _MOST_NAMED:
        return ", ".join(numbers)
    words = {"names": ", ".join(numbers[:_MOST_NAMED]), "count": len(numbers) - _MOST_NAMED}
    return gettext("%(names)s and %(count)s more") % words
