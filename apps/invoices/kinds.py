"""Kinds of documents and the choices of a store's invoices."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class DocumentKind(models.TextChoices):
    INVOICE = "invoice", _("Invoice")
    CREDIT_NOTE = "credit_note", _("Credit note")


class IssueOn(models.TextChoices):
    PAYMENT = "payment", _("When it is paid; cash on delivery: with the first parcel")
    SHIPMENT = "shipment", _("With the first parcel; downloads: when they are paid")
    STAFF = "staff", _("When staff press the button")


class Registers(models.TextChoices):
    """Which documents an Indian seller registers at the portal of e-invoices. Sales to consumers never are."""

    NONE = "none", _("None: nothing is sent to the portal")
    BUSINESSES = "businesses", _("Those of buyers with a GSTIN")
    ALL = "all", _("Those of buyers with a GSTIN, and exports")


# The heading of a document. India: rules 46, 46A and 49 of the CGST Rules, 2017.
TITLES: Final = {
    "invoice": _("Invoice"),
    "tax_invoice": _("Tax invoice"),
    "bill_of_supply": _("Bill of supply"),
    "invoice_cum_bill": _("Invoice-cum-bill of supply"),
    "credit_note": _("Credit note"),
    "voucher_receipt": _("Receipt for a voucher"),
}
VOUCHER_WORDS: Final = _("Voucher: its sale bears no tax. Tax is due on what it is redeemed for.")
EUROPEAN_VOUCHER_WORDS: Final = pgettext_lazy(
    "as the law words it",
    "Multi-purpose voucher: VAT is due when it is redeemed (Article 30b of Directive 2006/112/EC).",
)
COMPOSITION_WORDS: Final = pgettext_lazy(
    "as the law words it", "Composition taxable person, not eligible to collect tax on supplies"
)
EXPORT_WORDS: Final = pgettext_lazy(
    "as the law words it",
    "Supply meant for export under bond or letter of undertaking without payment of integrated tax",
)
REVERSE_CHARGE_GOODS: Final = pgettext_lazy(
    "as the law words it",
    "Reverse charge: exempt intra-Community supply of goods (Article 138 of Directive 2006/112/EC).",
)
REVERSE_CHARGE_SERVICES: Final = pgettext_lazy(
    "as the law words it",
    "Reverse charge: the customer is liable for the VAT on services (Articles 44 and 196 of Directive 2006/112/EC).",
)
EXPORT_FROM_EU_WORDS: Final = pgettext_lazy(
    "as the law words it",
    "Export outside the EU, exempt from VAT (Article 146 of Directive 2006/112/EC).",
)
EXPORT_WITH_TAX_WORDS: Final = pgettext_lazy(
    "as the law words it", "Supply meant for export on payment of integrated tax"
)
ZONE_WORDS: Final = pgettext_lazy(
    "as the law words it",
    "Supply to SEZ unit or SEZ developer for authorised operations under bond or letter of undertaking without payment of integrated tax",
)
ZONE_WITH_TAX_WORDS: Final = pgettext_lazy(
    "as the law words it",
    "Supply to SEZ unit or SEZ developer for authorised operations on payment of integrated tax",
)
DEEMED_WORDS: Final = _("Deemed export (section 147 of the CGST Act).")
