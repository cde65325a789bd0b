"""The permissions of each role, as a table. `defaults.seed_store` turns it into Django groups and permissions.

A pattern is `app.codename` with shell wildcards, matched against Django's permissions. Superusers pass every check.
"""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    CUSTOMER = "customer", _("Customer")
    READ_ONLY = "read_only", _("Read only")
    SUPPORT = "support", _("Support")
    FULFILMENT = "fulfilment", _("Fulfilment")
    CATALOG = "catalog", _("Catalog")
    MANAGER = "manager", _("Manager")
    OWNER = "owner", _("Owner")


# Prices of customer groups are for those who sell: not for the role that packs.
_PRICES = ("prices.view_*",)

# Who has it sees turnover: on the start page and on the page of a customer.
SEES_TURNOVER: Final = "payments.view_payment"
# Of the platform's staff: who sees its revenue, and the figures of all stores.
SEES_BUSINESS: Final = "billing.view_invoice"

_LOOK = (
    "catalog.view_*",
    "inventory.view_*",
    "orders.view_*",
    "fulfilment.view_*",
    "clickpost.view_booking",
    "invoices.view_*",
    "returns.view_*",
    "pricing.view_*",
    "shipping.view_*",
    "discounts.view_*",
    "support.view_ticket",
    "support.view_cannedanswer",
    "search.view_synonym",
    "search.view_missedsearch",
)

ROLE_PERMISSIONS: dict[Role, tuple[str, ...]] = {
    Role.CUSTOMER: (),
    Role.READ_ONLY: (
        *_LOOK,
        *_PRICES,
        "payments.view_*",
        "remittances.view_*",
        "giftcards.view_*",
        "gateways.view_*",
        "inbox.view_*",
        "integrations.view_*",
        "clickpost.view_*",
        "easyecom.view_*",
        "accounts.view_*",
    ),
    Role.SUPPORT: (
        *_LOOK,
        *_PRICES,
        "payments.view_*",
        "giftcards.view_*",
        "gateways.view_*",
        "accounts.view_*",
        "accounts.change_address",
        "accounts.*_customernote",
        "orders.change_order",
        "checkout.*_draftorder",
        "invoices.add_document",
        "support.change_ticket",
        "support.*_cannedanswer",
        "support.view_inboundmail",
        "returns.change_returnrequest",
        "returns.add_returnrequest",
    ),
    Role.FULFILMENT: (
        *_LOOK,
        "fulfilment.*",
        "clickpost.view_*",
        "clickpost.*_booking",
        "clickpost.print_label",
        "returns.*_returnrequest",
        "orders.change_order",
        "inventory.*",
        "easyecom.view_*",
        "invoices.add_document",
        "support.change_ticket",
    ),
    Role.CATALOG: (
        *_LOOK,
        *_PRICES,
        "catalog.*",
        "inventory.*",
        "content.*",
        "search.*_synonym",
    ),
    Role.MANAGER: (
        *(
            "catalog.*",
            "inventory.*",
            "orders.*",
            "fulfilment.*",
            "clickpost.*",
            "invoices.*",
            "returns.*",
            "prices.*",
            "pricing.*",
            "shipping.*",
            "discounts.*",
            "payments.*",
            "remittances.*",
            "giftcards.*",
            "inbox.*",
            "integrations.view_*",
            "integrations.change_integration",
            "easyecom.*",
            "support.*",
            "content.*",
            "search.*_synonym",
            "search.view_missedsearch",
            "notifications.*_sentmail",
            "notifications.*_mailwording",
            "notifications.*_mailsettings",
            "notifications.*_mailaddress",
            "notifications.view_mailconsent",
        ),
        *(
            "carts.view_*",
            "carts.change_cartsettings",
            "checkout.view_*",
            "checkout.*_draftorder",
            "events.view_*",
            "accounts.*_address",
            "accounts.*_customernote",
            "accounts.view_user",
            "partners.view_*",
        ),
    ),
    Role.OWNER: ("*",),
}

STAFF_ROLES: tuple[Role, ...] = tuple(role for role in Role if role is not Role.CUSTOMER)
