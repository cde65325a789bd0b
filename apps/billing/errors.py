"""Errors of billing."""

from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict, NotFound


class NoSubscription(Conflict):
    code = "no_subscription"
    title = _("This store has no running subscription.")


class InvoiceNotFound(NotFound):
    code = "invoice_not_found"
    title = _("There is no such invoice.")


class AlreadyPaid(Conflict):
    code = "already_paid"
    title = _("This invoice is paid already.")


class NotAsked(Conflict):
    code = "invoice_written_off"
    title = _("This invoice asks for nothing any more.")


class NoOnlinePayment(Conflict):
    code = "no_online_payment"
    title = _("Invoices can't be paid online here. Please pay by bank transfer.")


class NothingToRefund(Conflict):
    code = "nothing_to_refund"
    title = _("No payment of this invoice came online. A bank transfer is sent back by the bank.")


class PaymentDue(Conflict):
    """An invoice is overdue; `details["invoice"]` is its number."""

    code = "payment_due"
    title = _("An invoice is overdue. Pay it first.")


class MustBeReduced(Conflict):
    """More is used than the smaller plan allows. `details["limits"]` lists limit, used, allowed."""

    code = "must_be_reduced"
    title = _("More is used than that plan allows.")
