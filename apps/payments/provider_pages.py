"""What the pages between an order and a provider have in common: the payment's id is enough to open them, as at a bank."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from apps.payments import selectors
from apps.payments.errors import PaymentNotFound
from apps.payments.models import Payment


def get_payment_or_404(payment_id: UUID, *, gateway: str) -> Payment:
    """The payment of the active store, if it goes through this gateway. With its order."""
    try:
        payment = selectors.get_payment(payment_id)
    except PaymentNotFound:
        raise Http404 from None
    if payment.gateway != gateway:
        raise Http404
    return payment


def to_order(payment: Payment) -> HttpResponse:
    """The order's page, which says how the payment stands."""
    return redirect("storefront:order", access_token=payment.order.access_token)
