"""The states of a payment and of a refund. Only `services` assigns them, and only through these tables."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PaymentState(models.TextChoices):
    CREATED = "created", _("Started")  # nothing was heard of it yet
    PENDING = "pending", _("Waiting for the money")  # open at the gateway, or cash that is due
    CONFIRMING = "confirming", _("Bank is confirming")  # the buyer has done their part
    AUTHORIZED = "authorized", _("Held by the bank")  # captured when parcels leave
    PARTIALLY_CAPTURED = "partially_captured", _("Partly received")  # the money of some parcels
    CAPTURED = "captured", _("Received")
    FAILED = "failed", _("Failed")  # the last attempt was refused; the buyer may try again
    CANCELLED = "cancelled", _("Cancelled")
    PARTIALLY_REFUNDED = "partially_refunded", _("Partially refunded")
    REFUNDED = "refunded", _("Refunded")


# Money that arrives is a fact, so even a cancelled payment can become captured; it is refunded then.
_ARRIVES = frozenset({PaymentState.AUTHORIZED, PaymentState.CAPTURED})
PAYMENT_TRANSITIONS: dict[PaymentState, frozenset[PaymentState]] = {
    PaymentState.CREATED: _ARRIVES
    | {
        PaymentState.PENDING,
        PaymentState.CONFIRMING,
        PaymentState.FAILED,
        PaymentState.CANCELLED,
    },
    PaymentState.PENDING: _ARRIVES
    | {PaymentState.CONFIRMING, PaymentState.FAILED, PaymentState.CANCELLED},
    PaymentState.CONFIRMING: _ARRIVES
    | {PaymentState.PENDING, PaymentState.FAILED, PaymentState.CANCELLED},
    PaymentState.FAILED: _ARRIVES
    | {PaymentState.PENDING, PaymentState.CONFIRMING, PaymentState.CANCELLED},
    PaymentState.CANCELLED: _ARRIVES,
    PaymentState.AUTHORIZED: frozenset(
        {PaymentState.PARTIALLY_CAPTURED, PaymentState.CAPTURED, PaymentState.CANCELLED}
    ),
    PaymentState.PARTIALLY_CAPTURED: frozenset(
        {PaymentState.CAPTURED, PaymentState.PARTIALLY_REFUNDED, PaymentState.REFUNDED}
    ),
    PaymentState.CAPTURED: frozenset({PaymentState.PARTIALLY_REFUNDED, PaymentState.REFUNDED}),
    PaymentState.PARTIALLY_REFUNDED: frozenset({PaymentState.REFUNDED}),
    PaymentState.REFUNDED: frozenset(),
}

# Cash is booked with every parcel; a delivery marked by mistake is reversed with its cash. Refunds of cash show
# in the state once nothing more is due.
CASH_TRANSITIONS: dict[PaymentState, frozenset[PaymentState]] = {
    **PAYMENT_TRANSITIONS,
    PaymentState.PENDING: PAYMENT_TRANSITIONS[PaymentState.PENDING]
    | {PaymentState.PARTIALLY_CAPTURED},
    PaymentState.PARTIALLY_CAPTURED: frozenset(
        {
            PaymentState.PENDING,
            PaymentState.CAPTURED,
            PaymentState.PARTIALLY_REFUNDED,
            PaymentState.REFUNDED,
        }
    ),
    PaymentState.CAPTURED: PAYMENT_TRANSITIONS[PaymentState.CAPTURED]
    | {PaymentState.PENDING, PaymentState.PARTIALLY_CAPTURED},
    PaymentState.PARTIALLY_REFUNDED: PAYMENT_TRANSITIONS[PaymentState.PARTIALLY_REFUNDED]
    | {PaymentState.PARTIALLY_CAPTURED},
}

PAYABLE_STATES = (PaymentState.CREATED, PaymentState.PENDING, PaymentState.FAILED)
"""States in which the buyer can act."""

OPEN_STATES = (*PAYABLE_STATES, PaymentState.CONFIRMING)
"""Undecided states: money may still arrive, and the stock is held."""

HELD_STATES = (PaymentState.AUTHORIZED, PaymentState.PARTIALLY_CAPTURED)
"""A bank holds money that is captured later; of cash, a part of it has come."""

AWAITS_CASH = (PaymentState.PENDING, PaymentState.PARTIALLY_CAPTURED)
"""The courier is still to bring money, where the buyer pays on delivery."""

MONEY_RECEIVED_STATES = (
    PaymentState.PARTIALLY_CAPTURED,
    PaymentState.CAPTURED,
    PaymentState.PARTIALLY_REFUNDED,
    PaymentState.REFUNDED,
)


class TransactionKind(models.TextChoices):
    """What moved, by which way; amounts are positive."""

    AUTHORIZED = "authorized", _("Held by the bank")
    CAPTURED = "captured", _("Received")
    UNDONE = "undone", _("Not received after all")  # cash of a parcel that was not delivered
    VOIDED = "voided", _("Released")
    REFUNDED = "refunded", _("Refunded")
    FEE = "fee", _("Fee of the provider")
    WITHDRAWN = "withdrawn", _("Withdrawn by a bank")  # a dispute
    RETURNED = "returned", _("Returned by a bank")  # a dispute that was won


COUNTERS: dict[TransactionKind, tuple[str, int]] = {
    TransactionKind.AUTHORIZED: ("authorized_minor", 1),
    TransactionKind.CAPTURED: ("captured_minor", 1),
    TransactionKind.UNDONE: ("captured_minor", -1),
    TransactionKind.VOIDED: ("voided_minor", 1),
    TransactionKind.WITHDRAWN: ("disputed_minor", 1),
    TransactionKind.RETURNED: ("disputed_minor", -1),
}
"""The counter of a payment that a kind adds to, or takes from. Refunds are counted when they are requested, and a fee is
not the payment's money."""


class CaptureState(models.TextChoices):
    REQUESTED = "requested", _("Requested")  # the gateway may not know it yet
    SUCCEEDED = "succeeded", _("Succeeded")
    FAILED = "failed", _("Failed")  # the bank took nothing


class RefundState(models.TextChoices):
    REQUESTED = (
        "requested",
        _("Requested"),
    )  # counted against the payment, the gateway may not know it yet
    SUCCEEDED = "succeeded", _("Succeeded")
    FAILED = "failed", _("Failed")  # given back to the refundable amount


REFUND_TRANSITIONS: dict[RefundState, frozenset[RefundState]] = {
    RefundState.REQUESTED: frozenset({RefundState.SUCCEEDED, RefundState.FAILED}),
    RefundState.SUCCEEDED: frozenset(),
    RefundState.FAILED: frozenset(),
}


class RefundTo(models.TextChoices):
    """Where a refund goes."""

    SOURCE = "source", _("where it was paid from")
    STORE_CREDIT = "store_credit", _("store credit")
    GIFT_CARD = "gift_card", _("new gift card")


class DisputeState(models.TextChoices):
    """The gateway's own states, by the words of `apps.gateways.values.DisputeStatus`."""

    OPEN = "open", _("Answer awaited")
    REVIEWED = "reviewed", _("The bank decides")
    WON = "won", _("Won")
    LOST = "lost", _("Lost")
