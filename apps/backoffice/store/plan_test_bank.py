"""The pretended bank's page for the platform's invoices, for demos and development: pay, or be declined."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.backoffice.base import sentence_of
from apps.backoffice.billing import read_billing
from apps.backoffice.columns import money
from apps.backoffice.sites import store_admin
from apps.backoffice.store.plan import may_decide, seen_store
from apps.billing import services as billing
from apps.billing.models import BillingTransaction
from apps.billing.providers.installed import TEST
from apps.billing.providers.pretended import choose
from apps.billing.states import TransactionStatus
from apps.common.errors import DomainError
from apps.tenancy.context import outside_store


def test_bank_view(request: HttpRequest, charge_id: Any) -> HttpResponse:
    """Two buttons in place of a card form."""
    store = seen_store(request)
    if not TEST.is_enabled():
        raise Http404
    if not may_decide(request, read_billing(store, site="store_admin")):
        raise PermissionDenied
    charge = get_object_or_404(
        BillingTransaction.objects.select_related("invoice"),
        pk=charge_id,
        store_id=store.pk,
        provider=TEST.code,
    )
    if request.method == "POST" and request.POST.get("choice") in ("pay", "decline"):
        return _choose(request, charge, pays=request.POST["choice"] == "pay")
    context = {
        **store_admin.each_context(request),
        "title": gettext("Test bank"),
        "opts": User._meta,
        "charge": charge,
        "amount": money(charge.amount_minor, charge.currency),
        "is_open": charge.status in (TransactionStatus.PENDING, TransactionStatus.FAILED),
    }
    return TemplateResponse(request, "backoffice/plan_test_bank.html", context)


def _choose(request: HttpRequest, charge: BillingTransaction, *, pays: bool) -> HttpResponse:
    try:
        with outside_store():
            choose(charge.pk, pays=pays)
        after = billing.refresh_charge(charge.pk)
    except DomainError as error:
        messages.error(request, sentence_of(error))
    else:
        if after.status == TransactionStatus.COMPLETED:
            messages.success(request, gettext("The invoice is paid. Thank you."))
        else:
            messages.error(request, gettext("The test bank declined the payment."))
    return HttpResponseRedirect(reverse("store_admin:plan"))


store_admin.add_page("plan_test_bank", test_bank_view, address="plan/test-bank/<uuid:charge_id>/")
