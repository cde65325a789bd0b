"""The interface of a payment provider."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from apps.payments.models import Payment, Refund


@dataclass(frozen=True)
class RedirectTo:
    """The buyer pays on that page."""

    url: str


@dataclass(frozen=True)
class NothingToDo:
    """Nothing to pay now: the money changes hands later."""


Opened = RedirectTo | NothingToDo


class ChargeStatus(StrEnum):
    UNKNOWN = "unknown"  # the gateway has never heard of it
    OPEN = "open"
    CONFIRMING = "confirming"  # the buyer has done their part, the bank reports later
    PAID = "paid"
    DECLINED = "declined"
    CANCELLED = "cancelled"  # or expired: no money comes any more


@dataclass(frozen=True)
class GatewayState:
    """What the gateway itself says of a payment, fetched just now. The only ground for booking money."""

    status: ChargeStatus
    amount_minor: int = 0
    currency: str = ""
    ref: str = ""
    code: str = ""
    message: str = ""


@dataclass(frozen=True)
class IncomingEvent:
    """A verified webhook: `event_id` is the same in every delivery; the rest is a hint."""

    event_id: str
    kind: str
    payment_ref: str


class Gateway(Protocol):
    """Calls outside raise `GatewayUnavailable` (retry later) or `GatewayRefused` (give up).

    `pages` are the outside origins that `open` leads buyers to, such as `https://pay.example`: a browser follows a
    form's redirect only to what the page with the form allows.

    Every call may be repeated: the payment's and the refund's id are the idempotency keys. None is made while a
    row is locked.
    """

    code: str
    label: str
    description: str
    is_test: bool
    pays_on_delivery: bool
    pages: tuple[str, ...]

    def is_enabled(self) -> bool: ...

    def open(self, payment: Payment) -> Opened: ...

    def fetch(self, payment: Payment) -> GatewayState: ...

    def cancel(self, payment: Payment) -> GatewayState:
        """Ask that no money comes any more; answers what is true afterwards, which may be `PAID`."""
        ...

    def refund(self, refund: Refund) -> str:
        """Give money back and return the gateway's reference."""
        ...

    def verify(self, *, body: bytes, headers: Mapping[str, str]) -> IncomingEvent:
        """Raises `InvalidSignature` or `MalformedEvent`. `headers` has lower-case names."""
        ...
