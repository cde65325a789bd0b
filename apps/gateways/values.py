"""The values that gateways take and return. They are independent of orders, payments and invoices: the caller maps its
rows."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from apps.common.money import Money


class ChargeStatus(StrEnum):
    UNKNOWN = "unknown"  # the gateway has never heard of it
    OPEN = "open"
    APPROVED = "approved"  # the buyer has agreed; money moves only by `complete`
    CONFIRMING = "confirming"  # the buyer has done their part, the bank reports later
    AUTHORIZED = "authorized"  # the bank holds money that can be captured; a part of it may be captured already
    PAID = "paid"  # captured in full, or in part with the rest released: no more comes
    DECLINED = "declined"
    CANCELLED = "cancelled"  # or expired: no money comes any more, and none was captured


class CaptureTime(StrEnum):
    """When money moves: with the payment itself, or by calls of `capture` after the bank has authorized it."""

    AT_ONCE = "at_once"
    LATER = "later"


class DisputeStatus(StrEnum):
    OPEN = "open"  # the store's answer is awaited until `respond_by`
    REVIEWED = "reviewed"  # the store has answered, the bank decides
    WON = "won"
    LOST = "lost"


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
    the e-mail. `CaptureTime.LATER` only where the gateway `can_authorize`.
    """

    number: str
    description: str
    capture: CaptureTime = CaptureTime.AT_ONCE
    return_path: str = field(repr=False)
    customer_email: str = field(default="", repr=False)


@dataclass(frozen=True, kw_only=True)
class CaptureRequest:
    """A capture of authorized money, in part or in full. `id` is the idempotency key at the gateway.

    `captured_before` is what the caller knows to be captured of the charge, so that a gateway without idempotency keys
    can recognize a repeated call. `is_last`: what is left afterwards is released.
    """

    id: UUID
    charge: Charge
    amount: Money
    captured_before: Money
    is_last: bool

    @property
    def ref(self) -> str:
        return str(self.id)


@dataclass(frozen=True, kw_only=True)
class RefundRequest:
    """A refund of a charge, in part or in full. `id` is the idempotency key at the gateway.

    `gateway_ref` is the gateway's reference, where an earlier call returned one.
    """

    id: UUID
    charge: Charge
    amount: Money
    reason: str = ""
    gateway_ref: str = ""

    @property
    def ref(self) -> str:
        return str(self.id)


@dataclass(frozen=True)
class RefundReceipt:
    """The gateway has the refund; `ref` is its reference. Only a final one has sent the money back. `attention` is what staff
    have to look at though it was sent."""

    ref: str
    is_final: bool = True
    attention: str = ""


class RefundStatus(StrEnum):
    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"  # also after it was done: the money is back at the merchant's account


@dataclass(frozen=True, kw_only=True)
class KnownRefund:
    """A refund as the gateway knows it. `id` is the caller's own; empty for a refund made at the gateway itself."""

    ref: str
    amount: Money
    status: RefundStatus
    id: str = ""
    message: str = ""


@dataclass(frozen=True, kw_only=True)
class Dispute:
    """A buyer's bank asks for the money back. `ref` is the gateway's, the same as long as the dispute lasts.

    `withdrawn` was taken out of the store's account for it so far, `returned` was given back; fees are not in them.
    """

    ref: str
    amount: Money
    status: DisputeStatus
    reason: str = ""
    respond_by: datetime | None = None
    withdrawn: Money
    returned: Money


@dataclass(frozen=True)
class GatewayState:
    """The state of a charge, fetched from the gateway. The only ground for booking money.

    `next_url` is where the buyer pays; empty where there is nothing to do now, as with cash. `amount` is the charge's.
    The other amounts are sums since the charge began, so that an answer that is booked twice changes nothing:
    `authorized` was ever held, `captured` was ever taken, `refunded` has left for the buyer, `fee` went to the provider
    (in the currency of its accounts). None: the gateway does not say. `held_until`: the authorization ends then.
    `refunds` are all that the gateway has of the charge, also those that were not asked for here.
    """

    status: ChargeStatus
    amount: Money
    ref: str = ""
    code: str = ""
    message: str = ""
    next_url: str = ""
    authorized: Money | None = None
    captured: Money | None = None
    refunded: Money | None = None
    fee: Money | None = None
    held_until: datetime | None = None
    disputes: tuple[Dispute, ...] = ()
    refunds: tuple[KnownRefund, ...] | None = None

    @property
    def captured_sum(self) -> Money:
        """What was captured, also of a gateway that gives no sums: all of what is paid, nothing before."""
        if self.captured is not None:
            return self.captured
        return self.amount if self.status is ChargeStatus.PAID else Money(0, self.amount.currency)


@dataclass(frozen=True)
class IncomingEvent:
    """A verified webhook: `event_id` is the same in every delivery; the rest is a hint.

    `charge_ref` is the id of a charge or the gateway's reference of it; empty for an event that concerns no charge of
    this store.
    """

    event_id: str
    kind: str
    charge_ref: str
