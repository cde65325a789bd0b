"""The variables that mails about orders share."""

from django.utils.translation import gettext_lazy as _

from apps.notifications.mail_registry import (
    Variable,
    amount,
    flag,
    group,
    items,
    link,
    moment,
    text,
    texts,
)

ORDER: tuple[Variable, ...] = (
    text("number", _("Number of the order"), "7K3M-Q9TX"),
    moment("day", _("Day of the order"), "14 March 2026"),
    link("url", _("Page of the order, without a login"), "https://chai.example/orders/abc/"),
)
ITEM: tuple[Variable, ...] = (
    text("title", _("Title"), "Masala chai"),
    text("variant", _("Variant"), "250 g"),
    text("quantity", _("Pieces"), "2"),
    link("image", _("Address of its picture"), ""),
)
LINES = items(
    "lines",
    _("The products"),
    *ITEM,
    amount("amount", _("Amount, before taxes that are added"), "₹598.00"),
    text("hsn_code", _("HSN code (India)"), ""),
    text("awaited", _("When it comes in, if it is ordered before it is there"), ""),
)
CHANGED: tuple[Variable, ...] = (*ITEM[:3], amount("amount", _("Amount"), "₹299.00"))
# A mail that names products without their prices.
GOODS = items("lines", _("The products"), *ITEM)
REASON = text("reason", _("The reason, as staff wrote it"), _("The last piece was broken."))
SHIPMENT = group(
    "shipment",
    _("The parcel"),
    text("carrier", _("Carrier"), "Blue Dart"),
    text("tracking_number", _("Tracking number"), "BD123456789IN"),
    link("tracking_url", _("Page to follow it"), "https://carrier.example/BD123456789IN"),
)
PICKUP = group(
    "pickup",
    _("Where the buyer picks it up, if it is not sent"),
    text("name", _("Name of the place"), "Chai & Clay, Indiranagar"),
    text("hours", _("When it is open"), "Mon to Sat, 10 to 19"),
    text("code", _("The code to show there"), "4819"),
    moment("until", _("Until when it is kept"), "21 March 2026"),
    is_usual=False,
)
ADDRESS = texts(
    "address",
    _("Where it goes, one line each"),
    "Asha Rao",
    "12 Lake View Road",
    "560001 Bengaluru",
)
ATTACHED = text(
    "attached", _("Name of the invoice that comes with it, if one does"), "CC-25-26-42.pdf"
)
TAX_PARTS = items(
    "parts",
    _("Its parts"),
    text("label", _("Name"), "CGST 6%"),
    amount("amount", _("Amount"), "₹32.00"),
)


def tax(name: str, description: object) -> Variable:
    return group(
        name,
        str(description),
        amount("amount", _("Amount"), "₹64.00"),
        text("name", _("Name, if it has one part"), ""),
        TAX_PARTS,
    )


BILL: tuple[Variable, ...] = (
    LINES,
    amount("subtotal", _("Sum of the products"), "₹598.00"),
    items(
        "discounts",
        _("Discounts"),
        text("label", _("Name"), "Monsoon (RAIN10)"),
        amount("amount", _("Amount"), "₹59.80"),
    ),
    amount("shipping", _("Delivery; empty where it is free"), "₹60.00"),
    text("shipping_method", _("Way of delivery"), "Standard"),
    amount("fee", _("Fee of cash on delivery"), ""),
    amount("tax", _("Tax"), "₹64.00"),
    flag("tax_is_included", _("Prices include the tax"), example=True),
    text("tax_label", _("Name of the tax"), "of which tax"),
    items(
        "tax_parts",
        _("Parts of the tax"),
        text("label", _("Name"), "CGST 6%"),
        amount("amount", _("Amount"), "₹32.00"),
    ),
    text("seller_tax_label", _("What the store's tax number is called"), "GSTIN"),
    text("seller_tax_number", _("The store's tax number"), "29ABCDE1234F1Z5"),
    texts("buyer_lines", _("Company and tax number of the buyer")),
    amount("total", _("Total"), "₹598.20"),
    items(
        "prepaid",
        _("What gift cards and store credit paid"),
        text("label", _("Name"), "Gift card …7Q2M"),
        amount("amount", _("Amount"), "₹100.00"),
    ),
    amount("rest", _("Total without what gift cards and store credit paid"), "₹498.20"),
    flag("is_cash_due", _("It is paid on delivery")),
    flag("is_called", _("Staff call before they send it")),
    flag("is_free", _("It costs nothing")),
    flag("has_downloads", _("It has downloads")),
    flag("has_gift_cards", _("Gift cards were bought with it")),
    flag("is_receipt", _("Gift cards alone were bought: what is attached is a receipt")),
    flag("needs_shipping", _("Something is sent"), example=True),
    ADDRESS,
    texts("billing_address", _("Billing address, if it is another one")),
)
