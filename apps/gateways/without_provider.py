"""Gateways that ask no provider: the store itself knows what came, and what goes back is booked."""

from collections.abc import Mapping

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


class WithoutProvider:
    """A charge is in `status` from the beginning and stays there, whatever is asked: `OPEN` until staff or a courier book
    the money, or `PAID` when it is made. Possible in a sandbox too, because nothing leaves the store's database.

    `not_held` and `no_events` are the sentences for what such a gateway can't do.
    """

    is_test = False
    pays_on_delivery = False
    can_authorize = False
    can_capture_in_parts = False
    can_capture_less = False
    pages: tuple[str, ...] = ()
    description: StrOrPromise = ""
    status: ChargeStatus
    not_held: StrOrPromise
    no_events: StrOrPromise

    def is_enabled(self) -> bool:
        return True

    def open(self, request: ChargeRequest) -> GatewayState:
        """No page to go to."""
        return self.fetch(request)

    def fetch(self, charge: Charge) -> GatewayState:
        return GatewayState(self.status, charge.amount, ref=charge.gateway_ref)

    def capture(self, request: CaptureRequest) -> GatewayState:
        raise GatewayRefused(str(self.not_held))

    def cancel(self, charge: Charge) -> GatewayState:
        if self.status is ChargeStatus.OPEN:
            return GatewayState(ChargeStatus.CANCELLED, charge.amount)
        return self.fetch(charge)

    def refund(self, request: RefundRequest) -> RefundReceipt:
        """Money goes back by hand; booking it is all there is to do."""
        return RefundReceipt(f"by-hand-{request.ref}")

    def verify(self, *, body: bytes, headers: Mapping[str, str]) -> IncomingEvent:
        raise MalformedEvent(str(self.no_events))
