"""The order's two state machines and the table that derives its status.

The payment state describes the money, the fulfilment state the goods; a cancellation is recorded separately
(`cancelled_at`). Nothing else assigns these fields than `apps.orders.services`.
"""

from collections.abc import Mapping, Set

from django.db import models
from django.utils.translation import gettext_lazy as _


class OrderPaymentState(models.TextChoices):
    UNPAID = "unpaid", _("unpaid")
    PENDING = "pending", _("payment pending")
    CONFIRMING = "confirming", _("the bank is confirming")
    AUTHORIZED = "authorized", _("held by the bank")  # captured when parcels leave
    PARTIALLY_CAPTURED = "partially_captured", _("partly received")  # the bank holds the rest
    UNDERPAID = "underpaid", _("underpaid")  # a part has come, the rest is nowhere
    PAID = "paid", _("paid")
    PARTIALLY_PAID = "partially_paid", _("partly paid")  # the cash of some parcels is here
    PARTIALLY_REFUNDED = "partially_refunded", _("partially refunded")
    REFUNDED = "refunded", _("refunded")
    FAILED = "failed", _("payment failed")
    CASH_DUE = "cash_due", _("cash on delivery")
    VOID = "void", _("not collected")  # cash that never will be: refused at the door, or cancelled


class FulfilmentState(models.TextChoices):
    UNFULFILLED = "unfulfilled", _("not shipped")
    PARTIAL = "partial", _("partly shipped")
    SHIPPED = "shipped", _("shipped")
    DELIVERED = "delivered", _("delivered")
    PARTIALLY_RETURNED = "partially_returned", _("partly returned")
    RETURNED = "returned", _("returned")


class OrderStatus(models.TextChoices):
    PENDING = "pending", _("pending")
    PROCESSING = "processing", _("processing")
    SHIPPED = "shipped", _("shipped")
    DELIVERED = "delivered", _("delivered")
    CANCELLED = "cancelled", _("cancelled")
    RETURNED = "returned", _("returned")
    REFUNDED = "refunded", _("refunded")


_P, _F, _S = OrderPaymentState, FulfilmentState, OrderStatus

# What the money of payments makes of an order that waits for it.
_COVERED = (
    _P.AUTHORIZED,
    _P.PARTIALLY_CAPTURED,
    _P.UNDERPAID,
    _P.PAID,
    _P.PARTIALLY_REFUNDED,
)

# A failed payment can be repeated; received money can only be refunded. A hold of the bank can end before it is captured. Only booked cash can be reversed, if its parcel
# was marked as delivered by mistake. Cash for several parcels is paid in parts. While more is due, the order stays
# partly paid, also after a partial refund. What went back to a gift card while cash was due shows in the state once
# nothing is due any more. What staff add to a paid order makes it underpaid until it is paid, too.
PAYMENT_TRANSITIONS: Mapping[OrderPaymentState, Set[OrderPaymentState]] = {
    _P.UNPAID: {_P.PENDING, _P.CONFIRMING, _P.FAILED, _P.CASH_DUE, *_COVERED},
    _P.PENDING: {_P.CONFIRMING, _P.FAILED, _P.CASH_DUE, *_COVERED},
    _P.CONFIRMING: {_P.PENDING, _P.FAILED, *_COVERED},
    _P.FAILED: {_P.PENDING, _P.CONFIRMING, _P.CASH_DUE, *_COVERED},
    _P.AUTHORIZED: {
        _P.PARTIALLY_CAPTURED,
        _P.PAID,
        _P.PARTIALLY_REFUNDED,
        _P.REFUNDED,
        _P.FAILED,
        _P.UNDERPAID,
        _P.VOID,
    },
    _P.PARTIALLY_CAPTURED: {
        _P.PARTIALLY_CAPTURED,
        _P.PAID,
        _P.UNDERPAID,
        _P.PARTIALLY_REFUNDED,
        _P.REFUNDED,
    },
    _P.UNDERPAID: {
        _P.UNDERPAID,
        _P.AUTHORIZED,
        _P.PARTIALLY_CAPTURED,
        _P.PAID,
        _P.PARTIALLY_REFUNDED,
        _P.REFUNDED,
        _P.VOID,
    },
    _P.CASH_DUE: {
        _P.PARTIALLY_PAID,
        _P.PAID,
        _P.PARTIALLY_REFUNDED,
        _P.REFUNDED,
        _P.FAILED,
        _P.VOID,
    },
    _P.PARTIALLY_PAID: {
        _P.PARTIALLY_PAID,
        _P.PAID,
        _P.PARTIALLY_REFUNDED,
        _P.REFUNDED,
        _P.CASH_DUE,
    },
    _P.PAID: {_P.PARTIALLY_REFUNDED, _P.REFUNDED, _P.PARTIALLY_PAID, _P.CASH_DUE, _P.UNDERPAID},
    _P.PARTIALLY_REFUNDED: {
        _P.UNDERPAID,
        _P.PARTIALLY_REFUNDED,
        _P.REFUNDED,
        _P.PARTIALLY_PAID,
        _P.CASH_DUE,
    },
    _P.REFUNDED: set(),
    _P.VOID: set(),
}

# "shipped -> returned" without "delivered" is what carriers call return to origin. What is cancelled after a first
# parcel can end the order's way at once: "partial -> delivered". "delivered -> shipped" undoes a mistake.
FULFILMENT_TRANSITIONS: Mapping[FulfilmentState, Set[FulfilmentState]] = {
    _F.UNFULFILLED: {_F.PARTIAL, _F.SHIPPED},
    _F.PARTIAL: {_F.PARTIAL, _F.SHIPPED, _F.DELIVERED, _F.PARTIALLY_RETURNED, _F.RETURNED},
    _F.SHIPPED: {_F.DELIVERED, _F.PARTIALLY_RETURNED, _F.RETURNED},
    _F.DELIVERED: {_F.SHIPPED, _F.PARTIALLY_RETURNED, _F.RETURNED},
    _F.PARTIALLY_RETURNED: {_F.SHIPPED, _F.RETURNED},
    _F.RETURNED: set(),
}

# An order without a parcel goes from paid to delivered.
NO_PARCEL_MOVES: Mapping[FulfilmentState, Set[FulfilmentState]] = {
    **FULFILMENT_TRANSITIONS,
    _F.UNFULFILLED: {*FULFILMENT_TRANSITIONS[_F.UNFULFILLED], _F.DELIVERED},
}

# The bank holds money that is captured when parcels leave.
HELD: Set[OrderPaymentState] = {_P.AUTHORIZED, _P.PARTIALLY_CAPTURED}

# Nothing of it has come by what pays its rest, if a gift card or store credit has paid a part.
UNPAID_REST: Set[OrderPaymentState] = {
    _P.UNPAID,
    _P.PENDING,
    _P.CONFIRMING,
    _P.FAILED,
    _P.CASH_DUE,
}

# Goods are shipped only if they are paid, or a bank holds the money, or they will be paid on delivery.
SHIPPABLE_PAYMENT: Set[OrderPaymentState] = {
    *HELD,
    _P.PAID,
    _P.PARTIALLY_REFUNDED,
    _P.PARTIALLY_PAID,
    _P.CASH_DUE,
}

# The courier is still to bring money.
AWAITS_CASH: Set[OrderPaymentState] = {_P.CASH_DUE, _P.PARTIALLY_PAID}

# Shipped goods can be returned, no longer cancelled.
CANCELLABLE_FULFILMENT: Set[FulfilmentState] = {_F.UNFULFILLED}

# What is added to it has to be paid first, and what is taken off goes back.
SETTLED: Set[OrderPaymentState] = {_P.PAID, _P.PARTIALLY_REFUNDED}

# The states of the money in which pieces can be added or taken off. Not while a bank confirms, and not once all went back.
CHANGEABLE_PAYMENT: Set[OrderPaymentState] = {
    *SETTLED,
    *HELD,
    *AWAITS_CASH,
    _P.UNPAID,
    _P.PENDING,
    _P.FAILED,
    _P.UNDERPAID,
}

# Something is still to be sent.
CAN_BE_HELD: Set[FulfilmentState] = {_F.UNFULFILLED, _F.PARTIAL}

# No parcel is on its way, and the buyer kept some goods.
ARRIVED: Set[FulfilmentState] = {_F.DELIVERED, _F.PARTIALLY_RETURNED}

# No parcel is on its way, and no piece has to be sent.
OVER: Set[FulfilmentState] = {*ARRIVED, _F.RETURNED}

# One row per payment state; columns: unfulfilled, partial, shipped, delivered, partially returned, returned.
_COLUMNS = (
    _F.UNFULFILLED,
    _F.PARTIAL,
    _F.SHIPPED,
    _F.DELIVERED,
    _F.PARTIALLY_RETURNED,
    _F.RETURNED,
)
_ON_ITS_WAY = (_S.PROCESSING, _S.SHIPPED, _S.DELIVERED, _S.DELIVERED, _S.RETURNED)
_ROWS: Mapping[OrderPaymentState, tuple[OrderStatus, ...]] = {
    _P.UNPAID: (_S.PENDING, *_ON_ITS_WAY),
    _P.PENDING: (_S.PENDING, *_ON_ITS_WAY),
    _P.CONFIRMING: (_S.PENDING, *_ON_ITS_WAY),
    _P.FAILED: (_S.PENDING, *_ON_ITS_WAY),
    _P.UNDERPAID: (_S.PENDING, *_ON_ITS_WAY),
    _P.AUTHORIZED: (_S.PROCESSING, *_ON_ITS_WAY),
    _P.PARTIALLY_CAPTURED: (_S.PROCESSING, *_ON_ITS_WAY),
    _P.CASH_DUE: (_S.PROCESSING, *_ON_ITS_WAY),
    _P.PARTIALLY_PAID: (_S.PROCESSING, *_ON_ITS_WAY),
    _P.PAID: (_S.PROCESSING, *_ON_ITS_WAY),
    _P.PARTIALLY_REFUNDED: (_S.PROCESSING, *_ON_ITS_WAY),
    _P.REFUNDED: (_S.REFUNDED,) * len(_COLUMNS),
    _P.VOID: (_S.PROCESSING, *_ON_ITS_WAY),
}
STATUS_TABLE: Mapping[tuple[OrderPaymentState, FulfilmentState], OrderStatus] = {
    (payment, fulfilment): status
    for payment, row in _ROWS.items()
    for fulfilment, status in zip(_COLUMNS, row, strict=True)
}


def derive_status(*, payment_state: str, fulfilment_state: str, is_cancelled: bool) -> OrderStatus:
    """The one word for people. A cancelled order stays cancelled, whatever happens to its money afterwards."""
    if is_cancelled:
        return OrderStatus.CANCELLED
    return STATUS_TABLE[OrderPaymentState(payment_state), FulfilmentState(fulfilment_state)]


def derive_fulfilment(
    *, open_pieces: int, sent: int, returned: int, is_on_its_way: bool
) -> FulfilmentState:
    """The state of the goods. `open_pieces` are still to be sent; `is_on_its_way`: a parcel has not arrived."""
    if sent == 0:
        return FulfilmentState.UNFULFILLED if open_pieces else FulfilmentState.DELIVERED
    if open_pieces:
        return FulfilmentState.PARTIAL
    if returned == sent:
        return FulfilmentState.RETURNED
    if is_on_its_way:
        return FulfilmentState.SHIPPED
    return FulfilmentState.PARTIALLY_RETURNED if returned else FulfilmentState.DELIVERED
