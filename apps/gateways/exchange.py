"""Returned goods as the payment of another order: their value moves from order to order, and no provider is involved."""

from collections.abc import Mapping

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from apps.gateways.errors import GatewayRefused, MalformedEvent
from apps.gateways.values import (
    CaptureRequest,
    Charge,
    ChargeRequest,
    ChargeStatus,
    GatewayState,
    IncomingEvent,
    RefundReceipt,
    RefundRequest,
)


class ReturnedGoods:
    """Never offered at checkout. The payment's `gateway_ref` is the id of the payment whose money it is: a refund goes
    back through that one (`payments.charges.payment_behind`), so `refund` is not called."""

    code = "exchange"
    label: StrOrPromise = _("Returned goods")
    description: StrOrPromise = _("The value of goods that came back.")
    is_test = False
    pays_on_delivery = False
    can_authorize = False
    can_capture_in_parts = False
    pages: tuple[str, ...] = ()

    def is_enabled(self) -> bool:
        return True

    def open(self, request: ChargeRequest) -> GatewayState:
        return self.fetch(request)

    def fetch(self, charge: Charge) -> GatewayState:
        """It is paid when it is made."""
        return GatewayState(ChargeStatus.PAID, charge.amount, ref=charge.gateway_ref)

    def capture(self, request: CaptureRequest) -> GatewayState:
        raise GatewayRefused(gettext("No bank holds the value of returned goods."))

    def cancel(self, charge: Charge) -> GatewayState:
        return self.fetch(charge)

    def refund(self, request: RefundRequest) -> RefundReceipt:
        raise GatewayRefused(gettext("The money goes back by the payment that it came by."))

    def verify(self, *, body: bytes, headers: Mapping[str, str]) -> IncomingEvent:
        raise MalformedEvent(gettext("Returned goods send no events."))
