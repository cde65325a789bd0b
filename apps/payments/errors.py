"""Errors of payments and refunds."""

from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict, Forbidden, NotFound


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


class RefundNotAllowed(Forbidden):
    """What is asked for would give money back, and the role of the person has no right to that."""

    code = "refund_not_allowed"
    title = _("This would give money back: your role has no right to refund.")


class CaptureFailed(Conflict):
    """The bank did not give the money that it holds: nothing is shipped for it."""

    code = "capture_failed"
    title = _("The bank did not give the money of this order. Nothing was shipped.")


class NothingToSettle(Conflict):
    """The order's payments cover exactly what is to be paid."""

    code = "nothing_to_settle"
    title = _("The payments of this order fit its total.")


class CashIsFinal(Conflict):
    code = "cash_is_final"
    title = _("The cash of this order is booked and was partly given back; that can't be undone.")
