"""Errors of gateways and of their messages."""

from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict, Forbidden, InvalidInput, Unavailable


class PaymentMethodUnavailable(InvalidInput):
    code = "payment_method_unavailable"
    title = _("This payment method is not offered here.")


class ChargeNotOpen(Conflict):
    """The charge is decided: paid, cancelled, or promised for later."""

    code = "payment_not_open"
    title = _("This payment can't be continued.")


class InvalidSignature(Forbidden):
    code = "invalid_signature"
    status = 401
    title = _("The signature is missing, wrong or too old.")


class MalformedEvent(InvalidInput):
    code = "malformed_event"
    title = _("This is not an event of this gateway.")


class GatewayUnavailable(Unavailable):
    """The gateway did not answer: a later retry can help."""

    code = "gateway_unavailable"
    title = _("The payment provider does not answer. Please try again in a moment.")


class GatewayRefused(Conflict):
    """The gateway refused permanently."""

    code = "gateway_refused"
    title = _("The payment provider refused this.")
