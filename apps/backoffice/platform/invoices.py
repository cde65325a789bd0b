"""Invoices to merchants, what was paid of them, and the seller that they name."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSingleDateWidget, UnfoldAdminTextInputWidget

from apps.backoffice.base import RecordAdmin, call_service
from apps.backoffice.billing import file_url, invoice_badge, method_words, transaction_facts
from apps.backoffice.cards import Card
from apps.backoffice.columns import badge, moment, money
from apps.backoffice.sites import platform_admin
from apps.backoffice.store.single_row import SingleRowAdmin
from apps.billing import services as billing
from apps.billing.models import BillingTransaction, Invoice, Seller
from apps.billing.printing import print_invoice
from apps.billing.providers.installed import find_online, provider_label
from apps.billing.states import InvoiceStatus
from apps.common.clock import today
from apps.common.fields import AmountField, CodeField, LineField, set_money_of
from apps.invoices.answers import pdf_answer
from apps.invoices.errors import WrongPrefix
from apps.invoices.numbers import check_prefix, first_month
from apps.pricing.tax_numbers import clean_tax_number, fault_of_gstin

CHANGES: Final = "billing.change_invoice"
SITE: Final = "platform_admin"


class PaidForm(forms.Form):
    reference = CodeField(
        label=_("Reference"),
        max_length=120,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("Of the transfer, as the bank statement has it."),
    )
    paid_on = forms.DateField(
        label=_("Day"), widget=UnfoldAdminSingleDateWidget, initial=lambda: today()
    )


class WriteOffForm(forms.Form):
    reason = LineField(
        label=_("Reason"),
        max_length=200,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("It stays with the transaction and in the audit log."),
    )


class RefundForm(forms.Form):
    amount_minor = AmountField(
        label=_("Amount"),
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("Empty: all that is left of the payment."),
    )
    reason = LineField(
        label=_("Reason"),
        max_length=200,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("It stays in the audit log."),
    )


@dataclass(frozen=True)
class InvoiceAction:
    """A button of an invoice: its form, and what follows."""

    verb: StrOrPromise
    follows: StrOrPromise
    done: StrOrPromise
    form: type[forms.Form]
    do: Callable[..., object]
    is_hard: bool = False


ACTIONS: Final = {
    "ask": InvoiceAction(
        _("Ask again"),
        _("The payment provider says what is true of it now, and that is booked."),
        _("The provider was asked."),
        forms.Form,
        billing.ask_again,
    ),
    "paid": InvoiceAction(
        _("Mark as paid"),
        _("A shop that was suspended because of it opens at once."),
        _("The invoice is paid."),
        PaidForm,
        billing.mark_paid,
    ),
    "refund": InvoiceAction(
        _("Give money back"),
        _("The invoice stays paid, and no credit note is made."),
        _("The money is on its way back."),
        RefundForm,
        billing.refund_payment,
        is_hard=True,
    ),
    "write-off": InvoiceAction(
        _("Write off"),
        _("It asks for nothing any more; the subscription goes on as if it were paid."),
        _("The invoice is written off."),
        WriteOffForm,
        billing.write_off,
        is_hard=True,
    ),
}


@admin.register(Invoice, site=platform_admin)
class InvoiceAdmin(RecordAdmin):
    list_display = ("number", "store_name", "total", "shown_status", "issued_on", "due")
    card = Card(
        "number",
        side=("total",),
        facts=("store_name",),
        end=("due",),
        badges=("shown_status",),
        named=("due",),
    )
    fields = (
        "number",
        "shown_status",
        "store_link",
        "subscription",
        "kind",
        "issued_on",
        "due_at",
        "period_started_at",
        "period_ends_at",
        "net",
        "tax",
        "total",
        "file",
        "paid_at",
        "collected",
        "decide",
    )
    list_filter = (("status", ChoicesDropdownFilter), ("kind", ChoicesDropdownFilter))
    search_fields = ("number", "store_name", "transactions__provider_ref")
    list_select_related = ("store",)

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("<uuid:invoice_id>/pdf/", view(pdf_view), name="billing_invoice_pdf"),
            path(
                "<uuid:invoice_id>/<slug:step>/step/",
                view(step_view),
                name="billing_invoice_step",
            ),
            *super().get_urls(),
        ]

    @display(description=_("total"), ordering="total_minor")
    def total(self, invoice: Invoice) -> str:
        return money(invoice.total_minor, invoice.currency)

    @display(description=_("without tax"))
    def net(self, invoice: Invoice) -> str:
        return money(invoice.net_minor, invoice.currency)

    @display(description=_("tax"))
    def tax(self, invoice: Invoice) -> str:
        return money(invoice.tax_minor, invoice.currency)

    @display(description=_("status"), ordering="status")
    def shown_status(self, invoice: Invoice) -> SafeString:
        return invoice_badge(invoice)

    @display(description=_("due"), ordering="due_at")
    def due(self, invoice: Invoice) -> Any:
        return moment(invoice.due_at)

    @display(description=_("store"))
    def store_link(self, invoice: Invoice) -> SafeString | str:
        if invoice.store_id is None:
            return invoice.store_name
        url = reverse(f"{SITE}:platform_store_plan", args=[invoice.store_id])
        return format_html('<a href="{}">{}</a>', url, invoice.store_name)

    @display(description=_("file"))
    def file(self, invoice: Invoice) -> SafeString:
        return format_html('<a href="{}">{}</a>', file_url(invoice, SITE), invoice.file_name)

    @display(description=_("collected by"))
    def collected(self, invoice: Invoice) -> SafeString | str:
        """The invoice at the provider, for each try."""
        rows = invoice.transactions.exclude(provider_ref="").order_by("-created_at")
        return _joined(provider_link(row) for row in rows if find_online(row.provider))

    @display(description=_("what can be done"))
    def decide(self, invoice: Invoice) -> SafeString | str:
        steps: tuple[str, ...] = {
            InvoiceStatus.OPEN: ("paid", "write-off"),
            InvoiceStatus.WRITTEN_OFF: ("paid",),
        }.get(InvoiceStatus(invoice.status), ())
        if any(find_online(row.provider) for row in invoice.transactions.all()):
            steps = (*steps, "ask")
        if billing.find_refundable(invoice) is not None:
            steps = (*steps, "refund")
        return _joined(
            format_html('<a href="{}">{}</a>', _step_url(invoice, step), ACTIONS[step].verb)
            for step in steps
        )


@admin.register(BillingTransaction, site=platform_admin)
class BillingTransactionAdmin(RecordAdmin):
    list_display = (
        "description",
        "store",
        "amount",
        "shown_status",
        "said",
        "paid_by",
        "processed",
    )
    card = Card(
        "description",
        side=("amount",),
        facts=("store", "said"),
        end=("processed",),
        badges=("shown_status",),
    )
    fields = (
        "description",
        "invoice",
        "store",
        "shown_status",
        "amount",
        "through",
        "paid_by",
        "reference",
        "said",
        "refunded",
        "processed_at",
        "created_at",
    )
    list_filter = (
        ("status", ChoicesDropdownFilter),
        ("dispute", ChoicesDropdownFilter),
        "is_surplus",
    )
    search_fields = ("description", "provider_ref", "payment_ref", "store__name")
    list_select_related = ("store", "invoice")

    @display(description=_("amount"), ordering="amount_minor")
    def amount(self, row: BillingTransaction) -> str:
        return money(row.amount_minor, row.currency)

    @display(description=_("status"), ordering="status")
    def shown_status(self, row: BillingTransaction) -> SafeString:
        return badge(row.status, row.get_status_display())

    @display(description=_("payment method"), ordering="method")
    def paid_by(self, row: BillingTransaction) -> str:
        return method_words(row.method)

    @display(description=_("billed through"), ordering="provider")
    def through(self, row: BillingTransaction) -> str:
        return provider_label(row.provider)

    @display(description=_("reference"))
    def reference(self, row: BillingTransaction) -> SafeString | str:
        return provider_link(row)

    @display(description=_("what is known"))
    def said(self, row: BillingTransaction) -> str:
        return " ".join(transaction_facts(row)) or "-"

    @display(description=_("refunded"))
    def refunded(self, row: BillingTransaction) -> str:
        return money(row.refunded_minor, row.currency) if row.refunded_minor else "-"

    @display(description=_("processed"), ordering="processed_at")
    def processed(self, row: BillingTransaction) -> Any:
        return moment(row.processed_at)


class SellerForm(forms.ModelForm):
    class Meta:
        model = Seller
        fields = (
            "legal_name", "line1", "line2", "postal_code", "city", "country", "region", "email",
            "tax_number", "gst_percent", "service_code", "signatory",
            "prefix", "digits", "bank_details",
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        country = values.get("country") or ""
        number = clean_tax_number(values.get("tax_number") or "")
        values["tax_number"] = number
        if country == "IN" and number:
            fault = fault_of_gstin(number, region=values.get("region") or "")
            if fault:
                self.add_error("tax_number", fault)
        if values.get("prefix") and values.get("digits"):
            try:
                values["prefix"] = check_prefix(
                    values["prefix"],
                    digits=values["digits"],
                    day=today(),
                    month=first_month(country),
                    country=country,
                )
            except WrongPrefix as wrong:
                self.add_error("prefix", str(wrong))
        return values


@admin.register(Seller, site=platform_admin)
class SellerAdmin(SingleRowAdmin):
    """Invoices that are issued keep the seller they have."""

    form = SellerForm
    key = "platform"


def pdf_view(request: HttpRequest, invoice_id: Any) -> HttpResponse:
    if not request.user.has_perm("billing.view_invoice"):
        raise PermissionDenied
    invoice = get_object_or_404(Invoice, pk=invoice_id)
    return pdf_answer(print_invoice(invoice), invoice.file_name)


def step_view(request: HttpRequest, invoice_id: Any, step: str) -> HttpResponse:
    """The form of a button of an invoice."""
    if not request.user.has_perm(CHANGES):
        raise PermissionDenied
    invoice = get_object_or_404(Invoice, pk=invoice_id)
    chosen = ACTIONS.get(step)
    if chosen is None:
        raise Http404
    page = reverse(f"{SITE}:billing_invoice_change", args=[invoice.pk])
    form = chosen.form(request.POST if request.method == "POST" else None)
    set_money_of(form, currency=invoice.currency, language="en")
    if request.method == "POST" and form.is_valid():
        call_service(
            request, lambda: chosen.do(invoice=invoice, **form.cleaned_data), str(chosen.done)
        )
        return HttpResponseRedirect(page)
    context = {
        **platform_admin.each_context(request),
        "title": gettext("%(verb)s: %(number)s") % {"verb": chosen.verb, "number": invoice.number},
        "opts": Invoice._meta,
        "invoice": invoice,
        "total": money(invoice.total_minor, invoice.currency),
        "step": chosen,
        "form": form,
        "page": page,
    }
    return TemplateResponse(request, "backoffice/billing_step.html", context)


def provider_link(row: BillingTransaction) -> SafeString | str:
    """Its reference, as a link to the page at the provider where there is one."""
    provider = find_online(row.provider)
    address = provider.address_of(row.provider_ref) if provider is not None else ""
    if not address:
        return row.provider_ref
    return format_html('<a href="{}" rel="noreferrer">{}</a>', address, row.provider_ref)


def _joined(parts: Iterable[SafeString | str]) -> SafeString | str:
    return format_html_join(", ", "{}", ((part,) for part in parts)) or "-"


def _step_url(invoice: Invoice, step: str) -> str:
    return reverse(f"{SITE}:billing_invoice_step", args=[invoice.pk, step])
