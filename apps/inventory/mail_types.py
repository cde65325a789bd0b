"""The mails about stock."""

from django.utils.translation import gettext_lazy as _

from apps.notifications.mail_registry import (
    MailKind,
    MailType,
    items,
    link,
    mail_kind,
    mail_type,
    number,
    text,
)

BACK_IN_STOCK = "back_in_stock"

mail_kind(
    MailKind(
        BACK_IN_STOCK,
        _("Products that are back in stock"),
        _("One mail when a product that you asked for can be bought again."),
        needs_opt_in=False,  # each request is confirmed by itself
    )
)
mail_type(
    MailType(
        "low_stock",
        _("Stock that has run low"),
        _("Stock has fallen to its threshold."),
        (
            items(
                "items",
                _("What has run low"),
                text("sku", _("SKU"), "CUP-1"),
                text("warehouse", _("Warehouse"), "Main warehouse"),
                text("left", _("Available pieces"), "3"),
                text("limit", _("Its threshold"), "5"),
            ),
            number("more", _("How many more there are"), 0),
            link("url", _("The list in the admin"), "https://shop.example/admin/"),
        ),
        to_staff=True,
    )
)
mail_type(
    MailType(
        "stock_notice_confirm",
        _("Question whether a notice is wanted"),
        _("A buyer has left this address at a sold-out product."),
        (
            text("title", _("The product"), "Khurja Kettle (Indigo)"),
            link("url", _("Where it is confirmed"), "https://shop.example/back-in-stock/x/"),
        ),
    )
)
mail_type(
    MailType(
        "back_in_stock",
        _("Back in stock"),
        _("A product that the reader asked for can be bought again."),
        (
            text("title", _("The product"), "Khurja Kettle (Indigo)"),
            link("url", _("Its page"), "https://shop.example/products/khurja-kettle/"),
        ),
        kind=BACK_IN_STOCK,
    )
)
