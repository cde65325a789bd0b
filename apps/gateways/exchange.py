"""Returned goods as the payment of another order: their value moves from order to order, and no provider is involved."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from apps.gateways.errors import GatewayRefused
from apps.gateways.values import ChargeStatus, RefundReceipt, RefundRequest
from apps.gateways.without_provider import WithoutProvider


class ReturnedGoods(WithoutProvider):
    """Never offered at checkout. The payment's `gateway_ref` is the id of the payment whose money it is: a refund goes
    back through that one (`payments.charges.payment_behind`), so `refund` is not called."""

    code = "exchange"
    label: StrOrPromise = _("Returned goods")
    description: StrOrPromise = _("The value of goods that came back.")
    status = ChargeStatus.PAID
    not_held = _("No bank holds the value of returned goods.")
    no_events = _("Returned goods send no events.")

    def refund(self, request: RefundRequest) -> RefundReceipt:
        raise GatewayRefused(gettext("The money goes back by the payment that it came by."))
