"""The interface of every payment provider."""

from collections.abc import Mapping
from typing import Protocol

from django_stubs_ext import StrOrPromise

from apps.gateways.values import (
    Charge,
    ChargeRequest,
    GatewayState,
    IncomingEvent,
    RefundReceipt,
    RefundRequest,
)


class Gateway(Protocol):
    """Calls outside raise `GatewayUnavailable` (retry later) or `GatewayRefused` (give up).

    `pages` are the outside origins that `open` leads buyers to, such as `https://pay.example`: a browser follows a
    form's redirect only to what the page with the form allows.

    Every call may be repeated: the ids of the charge and of the refund are the idempotency keys. None is made while a
    row is locked.
    """

    code: str
    label: StrOrPromise
    description: StrOrPromise
    is_test: bool
    pays_on_delivery: bool
    pages: tuple[str, ...]

    def is_enabled(self) -> bool: ...

    def open(self, request: ChargeRequest) -> GatewayState:
        """Make the charge known and say where the buyer pays (`next_url`).

        The `status` of a repeated call may be that of a new charge: `fetch` has the present one.
        """
        ...

    def fetch(self, charge: Charge) -> GatewayState: ...

    def cancel(self, charge: Charge) -> GatewayState:
        """Request that no more money is taken; returns the state afterwards, which may be `PAID`."""
        ...

    def refund(self, request: RefundRequest) -> RefundReceipt:
        """Give money back."""
        ...

    def verify(self, *, body: bytes, headers: Mapping[str, str]) -> IncomingEvent:
        """Raises `InvalidSignature` or `MalformedEvent`. `headers` has lower-case names."""
        ...
