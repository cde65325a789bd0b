"""The mails about invoices and credit notes."""

from django.utils.translation import gettext_lazy as _

from apps.fulfilment.mail_variables import ORDER
from apps.notifications.mail_registry import MailType, amount, flag, mail_type, text

mail_type(
    MailType(
        code="order_document",
        name=_("Invoice or credit note"),
        sent_when=_("An invoice or a credit note was made, and no other mail brings it."),
        variables=(
            *ORDER,
            text("title", _("What it is"), "Tax invoice"),
            text("document_number", _("Its number"), "CC/25-26/00042"),
            flag("is_credit", _("It is a credit note")),
            flag("is_receipt", _("Gift cards alone were bought: the document is a receipt")),
            text("invoice_number", _("The invoice that a credit note corrects"), ""),
            amount("total", _("Its total"), "₹598.20"),
        ),
    )
)
mail_type(
    MailType(
        code="einvoice_cancelled",
        name=_("E-invoice cancelled"),
        sent_when=_("An e-invoice was cancelled at the portal."),
        variables=(
            *ORDER,
            text("title", _("What it is"), "Tax invoice"),
            text("document_number", _("Its number"), "CC/25-26/00042"),
            flag("is_credit", _("It is a credit note")),
            amount("total", _("Its total"), "₹598.20"),
        ),
    )
)
