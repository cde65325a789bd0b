"""The two admin sites' titles, colours and navigation (django-unfold reads one dictionary per site)."""

from typing import Any

from django.templatetags.static import static
from django.urls import reverse_lazy

_COLORS: dict[str, dict[str, str]] = {
    "primary": {
        "50": "#eef6f2",
        "100": "#d6e9df",
        "200": "#afd4c1",
        "300": "#7fb89c",
        "400": "#519a79",
        "500": "#33805f",
        "600": "#24694c",
        "700": "#1d543e",
        "800": "#1a4433",
        "900": "#16382b",
        "950": "#0a2018",
    },
}


def _item(
    title: str, icon: str, url: str, permission: str | None = None, *, without: str = ""
) -> dict[str, Any]:
    """`without` is a part of the addresses below the item's that have an item of their own."""
    item: dict[str, Any] = {"title": title, "icon": icon, "link": reverse_lazy(url)}
    if without:
        item["active"] = lambda request: (
            request.path.startswith(str(item["link"])) and without not in request.path
        )
    if permission is not None:
        item["permission"] = lambda request: request.user.has_perm(permission)
    return item


def _rows(title: str, icon: str, app: str, model: str) -> dict[str, Any]:
    """The list of a model, for those who may see it."""
    return _item(title, icon, f"store_admin:{app}_{model}_changelist", f"{app}.view_{model}")


def _site(
    title: str, symbol: str, navigation: list[dict[str, Any]], dashboard: str
) -> dict[str, Any]:
    return {
        "SITE_TITLE": title,
        "SITE_HEADER": title,
        "SITE_SYMBOL": symbol,
        "SHOW_HISTORY": True,
        "SHOW_VIEW_ON_SITE": True,  # where an admin class says which page
        "COLORS": _COLORS,
        "BORDER_RADIUS": "8px",
        "STYLES": [lambda request: static("backoffice/backoffice.css")],
        "SCRIPTS": [lambda request: static("backoffice/backoffice.js")],
        "DASHBOARD_CALLBACK": dashboard,
        "SIDEBAR": {"show_search": False, "navigation": navigation},
    }


STORE_ADMIN = _site(
    "Store",
    "storefront",
    [
        {
            "items": [
                _item("Today", "dashboard", "store_admin:index"),
                _item(
                    "Orders",
                    "receipt_long",
                    "store_admin:orders_order_changelist",
                    "orders.view_order",
                    without="/decisions/",
                ),
                _item(
                    "Drafts",
                    "edit_document",
                    "store_admin:checkout_draftorder_changelist",
                    "checkout.view_draftorder",
                ),
                _item(
                    "Needs a decision",
                    "call_split",
                    "store_admin:orders_order_decisions",
                    "orders.view_order",
                ),
                _item(
                    "Shipments",
                    "local_shipping",
                    "store_admin:fulfilment_shipment_changelist",
                    "fulfilment.view_shipment",
                    without="/undelivered/",
                ),
                _item(
                    "Undelivered",
                    "wrong_location",
                    "store_admin:fulfilment_shipment_undelivered",
                    "fulfilment.view_shipment",
                ),
                _item(
                    "Returns",
                    "assignment_return",
                    "store_admin:returns_returnrequest_changelist",
                    "returns.view_returnrequest",
                ),
                _item(
                    "Payments",
                    "payments",
                    "store_admin:payments_payment_changelist",
                    "payments.view_payment",
                    without="/ledgers/",
                ),
                _item(
                    "Gift cards",
                    "redeem",
                    "store_admin:giftcards_giftcard_changelist",
                    "giftcards.view_giftcard",
                ),
                _item(
                    "Store credit",
                    "account_balance_wallet",
                    "store_admin:giftcards_storecredit_changelist",
                    "giftcards.view_storecredit",
                ),
                _item(
                    "Invoices",
                    "description",
                    "store_admin:invoices_document_changelist",
                    "invoices.view_document",
                ),
                _item(
                    "Tickets",
                    "support_agent",
                    "store_admin:support_ticket_changelist",
                    "support.view_ticket",
                ),
            ]
        },
        {
            "title": "Catalog",
            "items": [
                _item(
                    "Products",
                    "sell",
                    "store_admin:catalog_product_changelist",
                    "catalog.view_product",
                ),
                _item(
                    "Categories",
                    "account_tree",
                    "store_admin:catalog_category_changelist",
                    "catalog.view_category",
                ),
                _rows("Stock", "inventory_2", "inventory", "stockitem"),
                _rows("Stock as a table", "table_view", "inventory", "stockimport"),
                _rows("Stock takes", "fact_check", "inventory", "stocktake"),
                _rows(
                    "Alerts of stock", "notification_important", "inventory", "stockalertsettings"
                ),
                _rows("Back-in-stock notices", "mark_email_unread", "inventory", "stocknotice"),
                _rows("Bundles", "package_2", "inventory", "bundle"),
                _rows("Transfers and deliveries", "local_shipping", "inventory", "consignment"),
                _rows("Warehouses", "warehouse", "inventory", "warehouse"),
                _item(
                    "Discounts",
                    "loyalty",
                    "store_admin:discounts_discount_changelist",
                    "discounts.view_discount",
                ),
                _item(
                    "Sales",
                    "sell",
                    "store_admin:prices_sale_changelist",
                    "prices.view_sale",
                ),
                _item(
                    "Price lists",
                    "price_change",
                    "store_admin:prices_pricelist_changelist",
                    "prices.view_pricelist",
                ),
                _item(
                    "Which price, and why",
                    "price_check",
                    "store_admin:prices_pricelist_why",
                    "prices.view_pricelist",
                ),
                _item(
                    "Price history",
                    "history",
                    "store_admin:prices_pricechange_changelist",
                    "prices.view_pricechange",
                ),
                _item(
                    "Synonyms",
                    "swap_horiz",
                    "store_admin:search_synonym_changelist",
                    "search.view_synonym",
                ),
                _item(
                    "Missed searches",
                    "search_off",
                    "store_admin:search_missedsearch_changelist",
                    "search.view_missedsearch",
                ),
            ],
        },
        {
            "title": "People",
            "items": [
                _item(
                    "Customers",
                    "group",
                    "store_admin:accounts_customer_changelist",
                    "accounts.view_user",
                ),
                _item(
                    "Customer groups",
                    "groups",
                    "store_admin:prices_customergroup_changelist",
                    "prices.view_customergroup",
                ),
                _item(
                    "Staff",
                    "badge",
                    "store_admin:accounts_user_changelist",
                    "accounts.view_user",
                ),
            ],
        },
        {
            "title": "Settings",
            "items": [
                _item(
                    "Shipping",
                    "deployed_code",
                    "store_admin:pricing_shippingmethod_changelist",
                    "pricing.view_shippingmethod",
                ),
                _rows("Shipping zones", "public", "shipping", "zone"),
                _rows("Shipping profiles", "weight", "shipping", "profile"),
                _rows("Pickup places", "store", "shipping", "pickupplace"),
                _rows("Dispatch times", "calendar_month", "shipping", "dispatchtimes"),
                _item(
                    "Tax rates",
                    "percent",
                    "store_admin:pricing_taxrate_changelist",
                    "pricing.view_taxrate",
                ),
                _item(
                    "Tax settings",
                    "account_balance",
                    "store_admin:pricing_taxsettings_changelist",
                    "pricing.view_taxsettings",
                ),
                _item(
                    "Tax exemptions",
                    "verified",
                    "store_admin:pricing_exemptioncertificate_changelist",
                    "pricing.view_exemptioncertificate",
                ),
                _item(
                    "Price settings",
                    "sell",
                    "store_admin:prices_pricesettings_changelist",
                    "prices.view_pricesettings",
                ),
                _item(
                    "Payment methods",
                    "credit_card",
                    "store_admin:payments_paymentmethod_changelist",
                    "payments.view_paymentmethod",
                ),
                _item(
                    "Payment settings",
                    "timer",
                    "store_admin:payments_paymentsettings_changelist",
                    "payments.view_paymentsettings",
                ),
                _item(
                    "Cash on delivery",
                    "local_shipping",
                    "store_admin:payments_cashsettings_changelist",
                    "payments.view_cashsettings",
                ),
                _item(
                    "Bank account",
                    "account_balance_wallet",
                    "store_admin:payments_bankaccount_changelist",
                    "payments.view_bankaccount",
                ),
                _item(
                    "Carts",
                    "shopping_cart",
                    "store_admin:carts_cartsettings_changelist",
                    "carts.view_cartsettings",
                ),
                _item(
                    "Invoice settings",
                    "request_quote",
                    "store_admin:invoices_invoicesettings_changelist",
                    "invoices.view_invoicesettings",
                ),
                _item(
                    "Support settings",
                    "schedule",
                    "store_admin:support_supportsettings_changelist",
                    "support.view_supportsettings",
                ),
                _item(
                    "Canned answers",
                    "quickreply",
                    "store_admin:support_cannedanswer_changelist",
                    "support.view_cannedanswer",
                ),
                _item(
                    "Return settings",
                    "undo",
                    "store_admin:returns_returnsettings_changelist",
                    "returns.view_returnsettings",
                ),
                _item(
                    "Reasons of returns",
                    "list",
                    "store_admin:returns_returnreason_changelist",
                    "returns.view_returnreason",
                ),
                _item(
                    "Pages",
                    "article",
                    "store_admin:content_page_changelist",
                    "content.view_page",
                ),
                _item(
                    "Theme",
                    "palette",
                    "store_admin:content_theme_changelist",
                    "content.view_theme",
                ),
            ],
        },
        {
            "title": "Records",
            "items": [
                _item(
                    "Mails that came in",
                    "forward_to_inbox",
                    "store_admin:support_inboundmail_changelist",
                    "support.view_inboundmail",
                ),
                _item(
                    "Audit log",
                    "history",
                    "store_admin:events_auditentry_changelist",
                    "events.view_auditentry",
                ),
                _item(
                    "E-mails",
                    "mail",
                    "store_admin:notifications_sentmail_changelist",
                    "notifications.view_sentmail",
                ),
                _item(
                    "Background tasks",
                    "outbox",
                    "store_admin:events_outboxmessage_changelist",
                    "events.view_outboxmessage",
                ),
                _item(
                    "Messages from banks",
                    "webhook",
                    "store_admin:gateways_gatewayevent_changelist",
                    "gateways.view_gatewayevent",
                ),
                _item(
                    "Do the books agree?",
                    "balance",
                    "store_admin:payments_payment_ledgers",
                    "payments.view_payment",
                ),
            ],
        },
    ],
    "apps.backoffice.store.dashboard.dashboard",
)

STORE_ADMIN["COMMAND"] = {"search_callback": "apps.backoffice.store.searching.search_everything"}

PLATFORM_ADMIN = _site(
    "Polystore",
    "hub",
    [
        {
            "items": [
                _item("Overview", "dashboard", "platform_admin:index"),
                _item("Stores", "storefront", "platform_admin:platform_store_changelist"),
                _item(
                    "Openings",
                    "rocket_launch",
                    "platform_admin:platform_provisioningjob_changelist",
                ),
                _item("Moves", "move_up", "platform_admin:platform_storemove_changelist"),
                _item("Sandboxes", "science", "platform_admin:platform_sandboxjob_changelist"),
                _item("Hosts", "dns", "platform_admin:platform_domain_changelist"),
            ]
        },
        {
            "title": "Billing",
            "items": [
                _item("Plans", "workspace_premium", "platform_admin:platform_plan_changelist"),
                _item(
                    "Subscriptions", "autorenew", "platform_admin:platform_subscription_changelist"
                ),
                _item("Usage", "monitoring", "platform_admin:platform_usagemetric_changelist"),
            ],
        },
        {
            "title": "Platform",
            "items": [
                _item("Staff", "group", "platform_admin:accounts_user_changelist"),
                _item("Audit log", "history", "platform_admin:events_auditentry_changelist"),
            ],
        },
    ],
    "apps.backoffice.platform.dashboard.dashboard",
)
