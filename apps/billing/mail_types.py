"""The mails about what a store pays the platform."""

from django.utils.translation import gettext_lazy as _

from apps.notifications.mail_registry import (
    MailType,
    amount,
    flag,
    link,
    mail_type,
    number,
    text,
    texts,
)

_URL = link("url", _("The plan and its invoices"), "https://chai.example/admin/plan/")
_CONTACT = text("contact", _("Where to ask"), "platform@example.com")
_BANK = text("bank_details", _("Where the money goes"), "IBAN DE02 1203 0000 0000 2020 51")
_NUMBER = text("number", _("The invoice's number"), "SUB/25-26/0042")
_TOTAL = amount("total", _("Its total"), "₹5,898.82")
_DUE = text("due", _("The day until which it is to be paid"), "21 March 2026")

mail_type(
    MailType(
        code="trial_ends",
        name=_("Trial ends, to the store's owners"),
        sent_when=_("A trial of the platform ends in seven, three or one days."),
        variables=(
            text("plan", _("The plan"), "Starter"),
            number("days", _("Days that are left"), 3),
            text("day", _("The day on which it ends"), "14 March 2026"),
            amount("price", _("What a period costs afterwards, without tax"), "₹1,499.00"),
            flag("is_annual", _("The price is that of a year")),
            flag("is_ending", _("The subscription was cancelled and ends with the trial")),
            _CONTACT,
            _URL,
        ),
        to_staff=True,
    )
)
mail_type(
    MailType(
        code="platform_invoice",
        name=_("Invoice of the platform, to the store's owners"),
        sent_when=_("The platform has issued an invoice for the store's plan."),
        variables=(
            _NUMBER,
            _TOTAL,
            _DUE,
            texts("lines", _("What it is for"), "Starter, monthly, 14 Mar 2026 – 13 Apr 2026"),
            _BANK,
            _CONTACT,
            _URL,
        ),
        to_staff=True,
    )
)
mail_type(
    MailType(
        code="bill_not_paid",
        name=_("Payment of the platform's invoice failed, to the store's owners"),
        sent_when=_("The bank has refused a payment of an invoice of the platform."),
        variables=(
            _NUMBER,
            _TOTAL,
            _DUE,
            text("reason", _("Why"), "card expired"),
            link("pay_url", _("Where it is paid"), "https://invoice.stripe.com/i/example"),
            _BANK,
            _CONTACT,
            _URL,
        ),
        to_staff=True,
    )
)
mail_type(
    MailType(
        code="invoice_overdue",
        name=_("Invoice of the platform is overdue, to the store's owners"),
        sent_when=_("An invoice of the platform was not paid in time."),
        variables=(
            _NUMBER,
            _TOTAL,
            _DUE,
            text("closes", _("The day on which the shop is suspended"), "4 April 2026"),
            _BANK,
            _CONTACT,
            _URL,
        ),
        to_staff=True,
    )
)
