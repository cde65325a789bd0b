"""What a change of an order does to its money: arithmetic on locked or fetched rows, nothing is written.

Something added is paid first by what is taken off. What is left to pay lowers or raises what is still to come: cash at the
door, what a bank holds, an open payment. What came already goes back by refunds.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext

from apps.common.clock import now
from apps.orders.errors import NothingLeftOfOrder, OrderNotChangeable
from apps.orders.models import Order
from apps.orders.services import MoneyMove
from apps.orders.states import AWAITS_CASH, CHANGEABLE_PAYMENT, HELD, SETTLED, OrderPaymentState
from apps.orders.worth import Worth
from apps.payments.balances import held_of, lacking_minor
from apps.payments.credits import credits_of
from apps.payments.models import Payment
from apps.payments.selectors import is_cash_due
from apps.payments.states import OPEN_STATES, PaymentState

_NOTHING_CAME = (OrderPaymentState.UNPAID, OrderPaymentState.PENDING, OrderPaymentState.FAILED)


class Way(models.TextChoices):
    """Who brings what is still to come."""

    CASH = "cash"
    ONLINE = "online"


@dataclass(frozen=True)
class Adaption:
    """`reduced` of what is taken off is not to be paid any more, `back` is refunded. Of what was to come before, `due_minor`
    is to come now; `asked_minor` of it is not held by a bank. `unheld_minor` is released there.

    `open_payments` are replaced: their amount is not right any more.
    """

    way: Way
    raised: Worth
    reduced: Worth
    back: Worth
    due_minor: int
    asked_minor: int
    unheld_minor: int
    payable_minor: int
    cash: Payment | None = None
    open_payments: tuple[Payment, ...] = ()

    @property
    def is_new_request(self) -> bool:
        """Whether the buyer is asked to pay online, by a payment that is not there yet."""
        is_other = bool(self.raised.total_minor or self.reduced.total_minor)
        return is_other and self.way == Way.ONLINE and self.asked_minor > 0


def plan_adaption(
    order: Order, payments: Sequence[Payment], *, raised: Worth, lowered: Worth
) -> Adaption:
    """For a change that adds `raised` and takes off `lowered`. At most four queries.

    Raises `OrderNotChangeable`, and `NothingLeftOfOrder` when nothing would be left to pay.
    """
    if order.is_cancelled or order.payment_state not in CHANGEABLE_PAYMENT:
        raise OrderNotChangeable(
            gettext("Order %(number)s is %(value)s: it can't be changed.")
            % {"number": order.number, "value": order.get_payment_state_display()}
        )
    if any(each.state == PaymentState.CONFIRMING for each in payments):
        raise OrderNotChangeable(gettext("The bank is confirming a payment. Try again later."))
    cash = next((each for each in payments if is_cash_due(order, each)), None)
    held = 0 if cash else held_of(payments)
    lacking = cash.due_minor if cash else lacking_minor(order, payments)
    left = credits_of(order).left + raised
    given = left.take(lowered, min(lowered.total_minor, left.total_minor))
    if given.total_minor and given.total_minor == left.total_minor:
        raise NothingLeftOfOrder
    due = lacking + held + raised.total_minor
    reduced = given.share(min(given.total_minor, due))
    back = given - reduced
    back = back.share(min(back.total_minor, sum(each.refundable_minor for each in payments)))
    unheld = max(reduced.total_minor - raised.total_minor - lacking, 0)
    return Adaption(
        way=Way.CASH if cash or order.payment_state in AWAITS_CASH else Way.ONLINE,
        raised=raised,
        reduced=reduced,
        back=back,
        due_minor=due - reduced.total_minor,
        asked_minor=max(lacking + raised.total_minor - reduced.total_minor, 0),
        unheld_minor=min(unheld, held),
        payable_minor=order.payable_minor + raised.total_minor - reduced.total_minor,
        cash=cash,
        open_payments=tuple(
            each
            for each in payments
            if (raised.total_minor or reduced.total_minor)
            and each.state in OPEN_STATES
            and not each.pays_on_delivery
        ),
    )


def move_of(order: Order, adaption: Adaption) -> MoneyMove:
    """The change of the order's own state. Below a first payment it stays: the buyer still has to pay the whole."""
    state = OrderPaymentState(order.payment_state)
    is_sale = order.paid_at is not None or state in HELD or order.unpaid_minor > 0
    if not adaption.due_minor and state not in SETTLED:
        return MoneyMove(adaption.reduced, _settled_state(order, adaption), now(), 0)
    if adaption.is_new_request and state not in _NOTHING_CAME:
        unpaid_minor = adaption.asked_minor if is_sale else None
        return MoneyMove(adaption.reduced, OrderPaymentState.UNDERPAID, None, unpaid_minor)
    if state == OrderPaymentState.UNDERPAID and not adaption.asked_minor:
        return MoneyMove(adaption.reduced, _held_state(adaption), None, 0)
    return MoneyMove(adaption.reduced)


def _held_state(adaption: Adaption) -> OrderPaymentState:
    """The bank holds all that is still to come."""
    is_whole = adaption.due_minor == adaption.payable_minor
    return OrderPaymentState.AUTHORIZED if is_whole else OrderPaymentState.PARTIALLY_CAPTURED


def _settled_state(order: Order, adaption: Adaption) -> OrderPaymentState:
    if not order.refunded_minor:
        return OrderPaymentState.PAID
    is_whole = order.refunded_minor == adaption.payable_minor
    return OrderPaymentState.REFUNDED if is_whole else OrderPaymentState.PARTIALLY_REFUNDED
