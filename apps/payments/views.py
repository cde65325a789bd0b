"""The test bank's payment page: three buttons in place of a card form."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.common.money import format_money, from_minor
from apps.gateways import test_bank
from apps.gateways.errors import ChargeNotOpen
from apps.gateways.installed import get_gateway
from apps.gateways.models import TestGatewayCharge
from apps.payments import selectors, services, tasks
from apps.payments.errors import PaymentNotFound
from apps.payments.models import Payment
from apps.tenancy.context import current_store, system_scope

_CHOICES = {
    "pay": TestGatewayCharge.State.PAID,
    "decline": TestGatewayCharge.State.DECLINED,
    "later": TestGatewayCharge.State.LATER,
}


@never_cache
@require_http_methods(["GET", "POST"])
def test_page(request: HttpRequest, payment_id: UUID) -> HttpResponse:
    """The payment's id is enough to open the page, as with a real bank; the page shows the amount and no data of the
    buyer."""
    with system_scope("test bank"):  # this page is the bank's, not the visitor's
        payment = _get_payment_or_404(payment_id)
        charge = get_object_or_404(TestGatewayCharge, charge_ref=str(payment.pk))
        if request.method == "POST":
            return _choose(request, payment, charge)
        return _show(request, payment, charge)


def _get_payment_or_404(payment_id: UUID) -> Payment:
    try:
        payment = selectors.get_payment(payment_id)
    except PaymentNotFound:
        raise Http404 from None
    if payment.gateway != "test" or not get_gateway("test").is_enabled():
        raise Http404
    return payment


def _choose(request: HttpRequest, payment: Payment, charge: TestGatewayCharge) -> HttpResponse:
    outcome = _CHOICES.get(request.POST.get("choice", ""))
    if outcome is None:
        return _show(request, payment, charge, gettext("Choose one of the three."), status=400)
    try:
        test_bank.choose(charge, outcome)
    except ChargeNotOpen:
        return _show(request, payment, charge, status=409)
    tasks.send_test_event(charge.charge_ref, later=outcome == TestGatewayCharge.State.LATER)
    services.settle_from_gateway(payment=payment)
    if outcome == TestGatewayCharge.State.DECLINED:
        return _show(request, payment, charge, gettext("The test bank declined the payment."))
    return redirect("storefront:order", access_token=payment.order.access_token)


def _show(
    request: HttpRequest,
    payment: Payment,
    charge: TestGatewayCharge,
    message: str = "",
    status: int = 200,
) -> HttpResponse:
    charge.refresh_from_db()
    amount = from_minor(charge.amount_minor, charge.currency)
    context = {
        "charge": charge,
        "order": payment.order,
        "amount": format_money(amount, current_store().language),
        "is_open": charge.state in (charge.State.OPEN, charge.State.DECLINED),
        "message": message,
    }
    return render(request, "payments/test_page.html", context, status=status)
