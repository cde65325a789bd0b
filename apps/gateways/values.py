"""The values that gateways take and return. They are independent of orders, payments and invoices: the caller maps its
rows."""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from apps.common.money import Money


class ChargeStatus(StrEnum):
    UNKNOWN = "unknown"  # the gateway has never heard of it
    OPEN = "open"
    CONFIRMING = "confirming"  # the buyer has done their part, the bank reports later
    PAID = "paid"
    DECLINED = "declined"
    CANCELLED = "cancelled"  # or expired: no money comes any more


@dataclass(frozen=True, kw_only=True)
class Charge:
    """Enough to ask a gateway about a charge. `id` is the caller's own, and the idempotency key at the gateway."""

    id: UUID
    amount: Money
    gateway_ref: str = ""

    @property
    def ref(self) -> str:
        """The id as gateways keep it, and send it back in events."""
        return str(self.id)


@dataclass(frozen=True, kw_only=True)
class ChargeRequest(Charge):
    """The input of a gateway for opening a charge.

    `number` and `description` are shown to the buyer and on statements. `return_path` is the page that the buyer
    comes back to, whatever the outcome, as a path on the caller's own host: `urljoin(current_url(), return_path)` makes
    it absolute, and may ask the master database. It may open an order without a login, so `repr` has neither it nor
    the e-mail.
    """

    number: str
    description: str
    return_path: str = field(repr=False)
    customer_email: str = field(default="", repr=False)


@dataclass(frozen=True, kw_only=True)
class RefundRequest:
    """A refund of a charge, in part or in full. `id` is the idempotency key at the gateway."""

    id: UUID
    charge: Charge
    amount: Money
    reason: str = ""

    @property
    def ref(self) -> str:
        return str(self.id)


@dataclass(frozen=True)
class RefundReceipt:
    """The gateway has sent the money back; `ref` is the gateway's reference of it."""

    ref: str


@dataclass(frozen=True)
class GatewayState:
    """The state of a charge, fetched from the gateway. The only ground for booking money.

    `next_url` is where the buyer pays; empty where there is nothing to do now, as with cash.
    """

    status: ChargeStatus
    amount: Money
    ref: str = ""
    code: str = ""
    message: str = ""
    next_url: str = ""


@dataclass(frozen=True)
class IncomingEvent:
    """A verified webhook: `event_id` is the same in every delivery; the rest is a hint."""

    event_id: str
    kind: str
    charge_ref: str
