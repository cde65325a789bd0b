"""The interface of every payment provider."""

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from django_stubs_ext import StrOrPromise

from apps.gateways.values import (
    CaptureRequest,
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

    Every call may be repeated: the ids of charge, capture and refund are the idempotency keys. None is made while a
    row is locked.

    `can_authorize`: the bank can hold the money of a charge until it is captured. `can_capture_in_parts`: by several
    captures; a gateway without takes everything with the first one. `can_capture_less`: less than it holds; a gateway without
    takes all that is held, and the shop gives back what is too much.
    """

    code: str
    label: StrOrPromise
    description: StrOrPromise
    is_test: bool
    pays_on_delivery: bool
    can_authorize: bool
    can_capture_in_parts: bool
    can_capture_less: bool
    pages: tuple[str, ...]

    def is_enabled(self) -> bool: ...

    def open(self, request: ChargeRequest) -> GatewayState:
        """Make the charge known and say where the buyer pays (`next_url`).

        The `status` of a repeated call may be that of a new charge: `fetch` has the present one.
        """
        ...

    def fetch(self, charge: Charge) -> GatewayState: ...

    def capture(self, request: CaptureRequest) -> GatewayState:
        """Take authorized money; returns the state afterwards, with its sums.

        A repeated call with the same id takes nothing more. Raises `GatewayRefused` when that much can't be captured
        (any more): nothing was taken then.
        """
        ...

    def cancel(self, charge: Charge) -> GatewayState:
        """Request that no more money is taken: an authorized amount that is not captured is released.

        Returns the state afterwards: `CANCELLED`, or `PAID` where money was captured before.
        """
        ...

    def refund(self, request: RefundRequest) -> RefundReceipt:
        """Give money back."""
        ...

    def verify(self, *, body: bytes, headers: Mapping[str, str]) -> IncomingEvent:
        """Raises `InvalidSignature` or `MalformedEvent`. `headers` has lower-case names."""
        ...


@runtime_checkable
class CompletingGateway(Gateway, Protocol):
    """A gateway at which a buyer's agreement alone moves no money: `fetch` says `APPROVED`, and the shop takes it."""

    def complete(self, charge: Charge) -> GatewayState:
        """Take, or hold, what the buyer has approved; returns the state afterwards.

        Repeatable, also by several at once. A refusal is `DECLINED`, with `next_url` where the buyer can choose another
        card. Only for a charge that is still wanted: the money is gone afterwards.
        """
        ...
