"""The page with Stripe's Payment Element, and the way back to it from a bank. Card data goes to Stripe only."""

from typing import Final
from urllib.parse import urljoin
from uuid import UUID

from csp.constants import SELF
from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from apps.common.errors import DomainError
from apps.common.money import format_money, from_minor
from apps.gateways.stripe.gateway import StripeGateway, StripePage
from apps.gateways.values import ChargeStatus
from apps.payments import services
from apps.payments.charges import charge_of
from apps.payments.models import Payment
from apps.payments.provider_pages import get_payment_or_404, to_order
from apps.payments.states import PAYABLE_STATES
from apps.platform.selectors import current_url
from apps.tenancy.context import current_store, system_scope

# The release of Stripe.js that belongs to the pinned version of the API.
SCRIPT: Final = "https://js.stripe.com/endive/stripe.js"
# https://docs.stripe.com/security/guide#content-security-policy
_SCRIPTS: Final = ("https://js.stripe.com", "https://*.js.stripe.com")
_POLICY: Final = {
    "script-src": [SELF, *_SCRIPTS],
    "frame-src": [*_SCRIPTS, "https://hooks.stripe.com"],
    "connect-src": [SELF, "https://api.stripe.com"],
}
_gateway: Final = StripeGateway()


@never_cache
@require_safe
def show(request: HttpRequest, payment_id: UUID) -> HttpResponse:
    """The payment's id is enough to open the page, as at a bank; it shows the amount and no data of the buyer."""
    with system_scope("payment page"):
        payment = get_payment_or_404(payment_id, gateway=_gateway.code)
        if payment.state not in PAYABLE_STATES or payment.order.cancelled_at is not None:
            return to_order(payment)
        try:
            page = _gateway.read_page(
                charge_of(payment), customer_ref=_customer_ref(request, payment)
            )
            if page.state.status in (ChargeStatus.OPEN, ChargeStatus.DECLINED):
                return _render(request, payment, page)
            services.settle_from_gateway(payment=payment)
        except DomainError as error:
            return _render(request, payment, None, str(error), status=error.status)
        return to_order(payment)


@never_cache
@require_safe
def come_back(request: HttpRequest, payment_id: UUID) -> HttpResponse:
    """Where Stripe and banks send the buyer to, whatever the outcome. What the address says of it is not believed.

    A buyer who can still pay sees the payment page with the reason; any other sees the order, which says whether it
    is paid or the bank is confirming.
    """
    with system_scope("payment page"):
        payment = get_payment_or_404(payment_id, gateway=_gateway.code)
        try:
            payment = services.settle_from_gateway(payment=payment)
        except DomainError:  # its webhook, or the next sweep, brings the news
            return to_order(payment)
        if payment.state in PAYABLE_STATES:
            return redirect("payments:stripe_page", payment_id=payment.pk)
        return to_order(payment)


def _customer_ref(request: HttpRequest, payment: Payment) -> str:
    """The customer, if it is their order and their login: the page's address alone shows no saved cards."""
    customer_id = payment.order.customer_id
    is_theirs = customer_id is not None and request.user.pk == customer_id
    return str(customer_id) if is_theirs else ""


def _render(
    request: HttpRequest,
    payment: Payment,
    page: StripePage | None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    amount = from_minor(payment.amount_minor, payment.currency)
    back = reverse("payments:stripe_return", kwargs={"payment_id": payment.pk})
    context = {
        "order": payment.order,
        "amount": format_money(amount, current_store().language),
        "page": page,
        "problem": problem or (page.state.message if page else ""),
        "script": SCRIPT,
        "return_url": urljoin(current_url(), back),
    }
    response = render(request, "payments/stripe_page.html", context, status=status)
    if page is not None:
        csp_update(_POLICY)(lambda _request: response)(request)
    return response
