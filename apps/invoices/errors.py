"""Errors of invoices."""

from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict, InvalidInput, NotFound


class DocumentNotFound(NotFound):
    code = "document_not_found"
    title = _("There is no such invoice or credit note.")


class NotInvoiceable(Conflict):
    """Nothing is sold yet: the order is neither paid nor to be paid on delivery, or it is cancelled."""

    code = "not_invoiceable"
    title = _("An invoice is made for an order that is paid or will be paid on delivery.")


class NumberTooLong(Conflict):
    """The series has no number left of the length that the law allows."""

    code = "number_too_long"
    title = _("The next number is longer than allowed. Shorten what stands before the number.")


class WrongPrefix(InvalidInput):
    code = "wrong_prefix"
    title = _("A number can't begin with that.")


class WrongPeriod(InvalidInput):
    code = "wrong_period"
    title = _("A period is a year and a month, such as 2026-04.")


class NotIndian(Conflict):
    code = "not_indian"
    title = _("GST returns are for stores that sell from India with a GSTIN.")


class WrongQuarter(InvalidInput):
    code = "wrong_quarter"
    title = _("A quarter is a year and a number from 1 to 4, such as 2026-Q4.")


class NotEuropean(Conflict):
    code = "not_european"
    title = _("OSS returns are for stores that sell from a member state of the EU.")


class NoEInvoice(Conflict):
    code = "no_einvoice"
    title = _(
        "E-invoices are for documents in rupees to buyers with a GSTIN or abroad, of a store with a GSTIN."
    )


class AwaitsRegistration(Conflict):
    """Its file is made when the portal of e-invoices has registered it."""

    code = "awaits_registration"
    title = _("This invoice is being registered with the tax authority. Its file follows.")


class NotCancellable(Conflict):
    code = "not_cancellable"
    title = _("This registration can't be cancelled any more.")


class PortalAtWork(Conflict):
    code = "portal_at_work"
    title = _("The portal is being asked right now. Please try again in a moment.")
