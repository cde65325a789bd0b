"""Paying the platform's invoices online: now, or by a saved method; and what an owner reads until it is confirmed."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext

from apps.backoffice.base import sentence_of
from apps.backoffice.billing import read_billing
from apps.backoffice.posting import posted
from apps.backoffice.sites import store_admin
from apps.backoffice.store.plan import may_decide, seen_store
from apps.billing import services as billing
from apps.billing.models import Invoice
from apps.billing.providers.base import PAGE_ID
from apps.billing.providers.installed import offered_online
from apps.billing.states import InvoiceStatus
from apps.common.errors import DomainError, Unavailable
from apps.platform.models import Store

PLAN = "store_admin:plan"


@posted(PLAN)
def pay_view(request: HttpRequest, invoice_id: Any) -> HttpResponseBase:
    """To the page on which the invoice is paid; with a saved method it is charged at once."""
    invoice = _invoice_of(_deciding(request), invoice_id)
    try:
        way = billing.pay_online(invoice=invoice)
    except DomainError as error:
        messages.error(request, sentence_of(error))
        return HttpResponseRedirect(reverse(PLAN))
    if way.url and not way.is_paid:
        return HttpResponseRedirect(way.url)
    if way.is_paid:
        messages.success(request, gettext("The invoice is paid. Thank you."))
    else:
        messages.info(request, gettext("The payment is under way; look again in a moment."))
    return HttpResponseRedirect(reverse(PLAN))


@posted(PLAN)
def ask_view(request: HttpRequest, invoice_id: Any) -> HttpResponseBase:
    """The owner has paid, and the message of it has not come yet."""
    invoice = _invoice_of(_deciding(request), invoice_id)
    try:
        after = billing.ask_again(invoice=invoice)
    except DomainError as error:
        messages.error(request, sentence_of(error))
        return HttpResponseRedirect(reverse(PLAN))
    if after.status == InvoiceStatus.PAID:
        messages.success(request, gettext("The invoice is paid. Thank you."))
    else:
        words = gettext(
            "No payment has arrived yet. Cards are confirmed within a minute, bank debits within days."
        )
        messages.info(request, words)
    return HttpResponseRedirect(reverse(PLAN))


@posted(PLAN)
def method_view(request: HttpRequest) -> HttpResponseBase:
    """To the page on which a payment method is saved, changed or removed."""
    store = _deciding(request)
    back = request.build_absolute_uri(f"{reverse('store_admin:plan_method_done')}?page={PAGE_ID}")
    try:
        url = billing.page_for_method(store=store, return_url=back)
    except DomainError as error:
        messages.error(request, sentence_of(error))
        url = reverse(PLAN)
    return HttpResponseRedirect(url)


def method_done_view(request: HttpRequest) -> HttpResponse:
    """Back from there. The provider is asked; its message comes, too, whether or not a browser is back."""
    store = _deciding(request)
    provider = offered_online(read_billing(store, site="store_admin").currency)
    page = request.GET.get("page", "")[:120]
    try:
        account = None
        if provider is not None and page:
            account = billing.take_saved_method(
                store_id=store.pk, provider_code=provider.code, page=page
            )
        elif provider is not None:
            account = billing.refresh_account(store_id=store.pk, provider_code=provider.code)
    except Unavailable:
        messages.info(
            request, gettext("The payment method is being confirmed; look again in a moment.")
        )
    except DomainError as error:
        messages.error(request, sentence_of(error))
    else:
        if account is not None and account.method_ref:
            messages.success(request, gettext("Later invoices are paid by the saved method."))
        else:
            messages.info(request, gettext("No payment method is saved."))
    return HttpResponseRedirect(reverse(PLAN))


def _deciding(request: HttpRequest) -> Store:
    store = seen_store(request)
    if not may_decide(request, read_billing(store, site="store_admin")):
        raise PermissionDenied
    return store


def _invoice_of(store: Store, invoice_id: Any) -> Invoice:
    return get_object_or_404(Invoice, pk=invoice_id, store_id=store.pk)


store_admin.add_page("plan_pay", pay_view, address="plan/invoices/<uuid:invoice_id>/pay/")
store_admin.add_page("plan_ask", ask_view, address="plan/invoices/<uuid:invoice_id>/ask/")
store_admin.add_page("plan_method", method_view, address="plan/method/")
store_admin.add_page("plan_method_done", method_done_view, address="plan/method/done/")
