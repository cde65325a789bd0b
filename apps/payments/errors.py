"""What can go wrong with money."""

from apps.common.errors import Conflict, Forbidden, InvalidInput, NotFound, Unavailable


class PaymentNotFound(NotFound):
    code = "payment_not_found"
    title = "There is no such payment."


class PaymentMethodUnavailable(InvalidInput):
    code = "payment_method_unavailable"
    title = "This payment method is not offered here."


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


class InvalidSignature(Forbidden):
    code = "invalid_signature"
    status = 401
    title = "The signature is missing, wrong or too old."


class MalformedEvent(InvalidInput):
    code = "malformed_event"
    title = "This is not an event of this gateway."


class GatewayUnavailable(Unavailable):
    """The gateway did not answer: trying again later can help."""

    code = "gateway_unavailable"
    title = "The payment provider does not answer. Please try again in a moment."


class GatewayRefused(Conflict):
    """The gateway said no, for good."""

    code = "gateway_refused"
    title = "The payment provider refused this."
