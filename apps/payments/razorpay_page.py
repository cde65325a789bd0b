"""The page from which Razorpay's Checkout opens, and the way back from it. Card data goes to Razorpay only."""

from typing import Final
from urllib.parse import urljoin
from uuid import UUID

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from apps.common.errors import DomainError
from apps.common.money import format_money, from_minor
from apps.gateways.razorpay.gateway import RazorpayGateway, RazorpayPage
from apps.gateways.values import ChargeStatus
from apps.payments import services
from apps.payments.charges import charge_of
from apps.payments.models import Payment
from apps.payments.provider_pages import get_payment_or_404, to_order
from apps.payments.states import PAYABLE_STATES
from apps.platform.selectors import current_url
from apps.tenancy.context import current_store, system_scope

SCRIPT: Final = "https://checkout.razorpay.com/v1/checkout.js"
# Without the script the form leads to Razorpay's own page, with the same fields.
# https://razorpay.com/docs/payments/payment-gateway/web-integration/hosted/integration-steps/
HOSTED_PAGE: Final = "https://api.razorpay.com/v1/checkout/embedded"
# Razorpay documents no policy. Its script opens frames of two hosts and puts its layout into the page as styles.
_POLICY: Final = {
    "script-src": [SELF, "https://checkout.razorpay.com"],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": ["https://cdn.razorpay.com"],
    "frame-src": ["https://api.razorpay.com", "https://checkout.razorpay.com"],
    "connect-src": [SELF, "https://api.razorpay.com", "https://lumberjack.razorpay.com"],
    "form-action": ["https://api.razorpay.com"],
}
_PAYABLE: Final = (ChargeStatus.OPEN, ChargeStatus.DECLINED)
_gateway: Final = RazorpayGateway()


@never_cache
@require_safe
def show(request: HttpRequest, payment_id: UUID) -> HttpResponse:
    """It shows the amount and no data of the buyer."""
    with system_scope("payment page"):
        payment = get_payment_or_404(payment_id, gateway=_gateway.code)
        if payment.state not in PAYABLE_STATES or payment.order.cancelled_at is not None:
            return to_order(payment)
        try:
            page = _gateway.read_page(charge_of(payment))
            if page.state.status in _PAYABLE:
                return _render(request, payment, page)
            services.settle_from_gateway(payment=payment)
        except DomainError as error:
            return _render(request, payment, None, str(error), status=error.status)
        return to_order(payment)


@csrf_exempt  # the form is Razorpay's; its signature is checked, and Razorpay is asked what is true
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def come_back(request: HttpRequest, payment_id: UUID) -> HttpResponse:
    """Where Razorpay sends the buyer to, whatever the outcome. With a signature that is not of this order nothing is asked;
    what is booked is what Razorpay says then.

    A buyer who can still pay sees the payment page with the reason; any other sees the order.
    """
    with system_scope("payment page"):
        payment = get_payment_or_404(payment_id, gateway=_gateway.code)
        try:
            if payment_ref := request.POST.get("razorpay_payment_id"):
                signature = request.POST.get("razorpay_signature", "")
                charge = charge_of(payment)
                _gateway.check_return(charge, payment_ref=payment_ref, signature=signature)
            payment = services.settle_from_gateway(payment=payment)
        except DomainError:  # its webhook, or the next sweep, brings the news
            return to_order(payment)
        if payment.state in PAYABLE_STATES:
            return redirect("payments:razorpay_page", payment_id=payment.pk)
        return to_order(payment)


def _render(
    request: HttpRequest,
    payment: Payment,
    page: RazorpayPage | None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    amount = from_minor(payment.amount_minor, payment.currency)
    own = {
        name: urljoin(current_url(), reverse(f"payments:{name}", kwargs={"payment_id": payment.pk}))
        for name in ("razorpay_return", "razorpay_page")
    }
    context = {
        "order": payment.order,
        "amount": format_money(amount, current_store().language),
        "page": page,
        "problem": problem or (page.state.message if page else ""),
        "script": SCRIPT,
        "action": HOSTED_PAGE,
        "return_url": own["razorpay_return"],
        "cancel_url": own["razorpay_page"],
    }
    response = render(request, "payments/razorpay_page.html", context, status=status)
    if page is not None:
        csp_update(_POLICY)(lambda _request: response)(request)
    return response
