"""Errors of payments and refunds."""

from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict, NotFound


class PaymentNotFound(NotFound):
    code = "payment_not_found"
    title = _("There is no such payment.")


class PaymentNotOpen(Conflict):
    code = "payment_not_open"
    title = _("This payment can't be continued.")


class NotRefundable(Conflict):
    """Nothing is left to refund, or less than the amount. `details` has `refundable_minor` and `currency`."""

    code = "not_refundable"
    title = _("This amount can't be refunded.")


class CashIsFinal(Conflict):
    code = "cash_is_final"
    title = _("The cash of this order is booked and was partly given back; that can't be undone.")
