"""What can go wrong with money."""

from apps.common.errors import Conflict, NotFound


class PaymentNotFound(NotFound):
    code = "payment_not_found"
    title = "There is no such payment."


class PaymentNotOpen(Conflict):
    code = "payment_not_open"
    title = "This payment can't be continued."


class NotRefundable(Conflict):
    """Nothing, or not that much, is left to give back. `details` has `refundable_minor` and `currency`."""

    code = "not_refundable"
    title = "This amount can't be refunded."


class CashIsFinal(Conflict):
    code = "cash_is_final"
    title = "The cash of this order is booked and was partly given back; that can't be undone."
