"""Rows of payments as the values that gateways exchange."""

from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext

from apps.common.money import from_minor
from apps.gateways.exchange import ReturnedGoods
from apps.gateways.values import CaptureRequest, CaptureTime, Charge, ChargeRequest, RefundRequest
from apps.payments.models import Capture, Payment, Refund


def charge_of(payment: Payment) -> Charge:
    """The values for a query about the payment. No query."""
    return Charge(
        id=payment.pk,
        amount=from_minor(payment.amount_minor, payment.currency),
        gateway_ref=payment.gateway_ref,
    )


def charge_request_of(payment: Payment) -> ChargeRequest:
    """The request that opens a payment at its gateway. One query unless the payment's order is loaded."""
    order = payment.order
    token = {"access_token": order.access_token}
    page = reverse("storefront:order", urlconf=settings.STORE_URLCONF, kwargs=token)
    return ChargeRequest(
        id=payment.pk,
        amount=from_minor(payment.amount_minor, payment.currency),
        gateway_ref=payment.gateway_ref,
        number=order.number,
        description=gettext("Order %(number)s") % {"number": order.number},
        capture=CaptureTime.LATER if payment.is_captured_later else CaptureTime.AT_ONCE,
        return_path=page,
        customer_email=order.email,
    )


def capture_request_of(capture: Capture) -> CaptureRequest:
    """The request of a capture. One query unless the capture's payment is loaded."""
    return CaptureRequest(
        id=capture.pk,
        charge=charge_of(capture.payment),
        amount=from_minor(capture.amount_minor, capture.currency),
        captured_before=from_minor(capture.captured_before_minor, capture.currency),
        is_last=capture.is_last,
    )


def payment_behind(payment: Payment) -> Payment:
    """The payment whose gateway has the money: for the value of returned goods, the one that paid for them."""
    if payment.gateway != ReturnedGoods.code:
        return payment
    return Payment.objects.get(pk=UUID(payment.gateway_ref))


def refund_request_of(refund: Refund, behind: Payment | None = None) -> RefundRequest:
    """The request of a refund. One query unless the refund's payment is loaded. `behind` has the money."""
    return RefundRequest(
        id=refund.pk,
        charge=charge_of(behind or refund.payment),
        amount=from_minor(refund.amount_minor, refund.currency),
        reason=refund.reason,
        gateway_ref=refund.gateway_ref,
    )
