"""The state of a payment and its next step."""

from urllib.parse import urljoin
from uuid import UUID

from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response

from apps.common.api.schemas import ORDER_TOKEN, documented
from apps.common.api.views import ApiView
from apps.events.api.idempotency import repeatable
from apps.gateways import test_bank
from apps.gateways.installed import get_gateway
from apps.gateways.models import TestGatewayCharge
from apps.orders.api.base import OrderAccess
from apps.payments import selectors, services, tasks
from apps.payments.api.serializers import (
    DECLINE,
    LATER,
    PAY,
    IntentInput,
    IntentSerializer,
    PaymentListSerializer,
    PaymentSerializer,
    TestBankInput,
    present_payment,
)
from apps.payments.errors import PaymentNotFound
from apps.payments.models import Payment
from apps.platform.selectors import current_url
from apps.tenancy.context import system_scope

TAG = "payments"
_OUTCOMES = {
    PAY: TestGatewayCharge.State.PAID,
    DECLINE: TestGatewayCharge.State.DECLINED,
    LATER: TestGatewayCharge.State.LATER,
}


class IntentView(OrderAccess):
    @documented(
        "Where the buyer pays",
        operation="payments_create_intent",
        tag=TAG,
        body=IntentInput,
        parameters=[ORDER_TOKEN],
        answers={200: IntentSerializer},
        errors=(403, 404, 409, 503),
        idempotent=True,
        description=(
            "Opens the order's payment at its gateway and says where to send the buyer, also after a refused "
            "attempt. Repeatable: an order never has two open payments."
        ),
    )
    @repeatable
    def post(self, request: Request) -> Response:
        order = self.find(self.read_body(IntentInput)["order_id"])
        payment = selectors.get_payment_of(order)
        if payment is None:
            raise PaymentNotFound
        opened = services.pay_again(payment=payment)
        order.refresh_from_db()
        current = selectors.get_payment_of(order) or payment
        return Response(
            {
                "payment": present_payment(current, order),
                "next_url": urljoin(current_url(), opened.next_url),
            }
        )


class OrderPaymentsView(OrderAccess):
    @documented(
        "The payments of an order, latest first",
        operation="orders_payment",
        tag=TAG,
        parameters=[ORDER_TOKEN],
        answers={200: PaymentListSerializer},
        errors=(403, 404),
    )
    def get(self, request: Request, order_id: UUID) -> Response:
        order = self.find(order_id)
        payments = [present_payment(p, order) for p in selectors.list_payments_of(order)]
        return Response({"results": payments})


class TestBankView(ApiView):
    """What a buyer does on the test bank's page, for programs. Knowing the payment's id is enough, as there."""

    authentication_classes = ()

    @documented(
        "Answer as the test bank",
        operation="payments_test_bank",
        tag=TAG,
        body=TestBankInput,
        answers={200: PaymentSerializer},
        errors=(404, 409),
        description=(
            "`pay` and `decline` are booked at once, `later` some seconds after by a signed webhook. Only for "
            "payments through the test gateway."
        ),
    )
    def post(self, request: Request, payment_id: UUID) -> Response:
        with system_scope("test bank"):  # the bank's doing, not the visitor's
            payment = selectors.get_payment(payment_id)
            charge = _charge_of(payment)
            outcome = _OUTCOMES[self.read_body(TestBankInput)["choice"]]
            test_bank.choose(charge, outcome)
            later = outcome == TestGatewayCharge.State.LATER
            tasks.send_test_event(charge.charge_ref, later=later)
            payment = services.settle_from_gateway(payment=payment)
            payment.refresh_from_db()
            return Response(present_payment(payment, payment.order))


def _charge_of(payment: Payment) -> TestGatewayCharge:
    if payment.gateway != "test" or not get_gateway("test").is_enabled():
        raise Http404
    charge = TestGatewayCharge.objects.filter(charge_ref=str(payment.pk)).first()
    if charge is None:
        raise PaymentNotFound
    return charge
