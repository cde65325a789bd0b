"""Bank transfer: the buyer sends the money by their own bank, and staff say what came. No provider is asked."""

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


class BankTransfer:
    code = "bank_transfer"
    label: StrOrPromise = _("Bank transfer")
    description: StrOrPromise = _(
        "You get the account and a reference; we send your order when the money is here."
    )
    is_test = False
    pays_on_delivery = False
    can_authorize = False
    can_capture_in_parts = False
    pages: tuple[str, ...] = ()

    def is_enabled(self) -> bool:
        return True

    def open(self, request: ChargeRequest) -> GatewayState:
        """No page to go to: the order's page has the account."""
        return self.fetch(request)

    def fetch(self, charge: Charge) -> GatewayState:
        """No bank is asked: the money is awaited until staff book it."""
        return GatewayState(ChargeStatus.OPEN, charge.amount)

    def capture(self, request: CaptureRequest) -> GatewayState:
        raise GatewayRefused(gettext("No bank holds the money of a transfer."))

    def cancel(self, charge: Charge) -> GatewayState:
        return GatewayState(ChargeStatus.CANCELLED, charge.amount)

    def refund(self, request: RefundRequest) -> RefundReceipt:
        """The money goes back by a transfer of the staff; booking it is all there is to do."""
        return RefundReceipt(f"by-hand-{request.ref}")

    def verify(self, *, body: bytes, headers: Mapping[str, str]) -> IncomingEvent:
        raise MalformedEvent(gettext("Bank transfers send no events."))
