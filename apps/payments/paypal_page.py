"""The ways back from PayPal, whose own page is where the buyer approves."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from apps.common.errors import DomainError
from apps.gateways.paypal.gateway import PayPalGateway
from apps.payments import services
from apps.payments.provider_pages import get_payment_or_404, to_order
from apps.payments.states import PAYABLE_STATES
from apps.tenancy.context import system_scope


@never_cache
@require_safe
def come_back(request: HttpRequest, payment_id: UUID) -> HttpResponse:
    """Where PayPal sends a buyer who has approved. What the address says is not believed: PayPal is asked, and what is
    approved there is taken.

    A buyer whose card is declined goes back to PayPal, which lets them choose another one.
    """
    with system_scope("payment page"):
        payment = get_payment_or_404(payment_id, gateway=PayPalGateway.code)
        try:
            state = services.ask_gateway(payment=payment)
            payment = services.book_state(payment=payment, state=state)
        except DomainError:  # its webhook, or the next sweep, brings the news
            return to_order(payment)
        if state.next_url and payment.state in PAYABLE_STATES:
            return redirect(state.next_url)
        return to_order(payment)


@never_cache
@require_safe
def cancelled(request: HttpRequest, payment_id: UUID) -> HttpResponse:
    """Where PayPal sends a buyer who does not approve. The order waits for its payment, which can be made again."""
    with system_scope("payment page"):
        return to_order(get_payment_or_404(payment_id, gateway=PayPalGateway.code))
