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


def _of_system(system: str, title: str, icon: str, model: str, sees: str) -> dict[str, Any]:
    """The list of a model of an outside system, for those who may see it in a store that is connected: its admin module says
    who by `sees_...`."""
    return {
        **_item(title, icon, f"store_admin:{system}_{model}_changelist"),
        "permission": f"apps.backoffice.store.{system}.sees_{sees}",
    }


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
                _rows("Drafts", "edit_document", "checkout", "draftorder"),
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
                _rows("Cash of couriers", "local_atm", "remittances", "remittance"),
                _of_system("clickpost", "Bookings", "package", "booking", "bookings"),
                _rows("Returns", "assignment_return", "returns", "returnrequest"),
                _item(
                    "Payments",
                    "payments",
                    "store_admin:payments_payment_changelist",
                    "payments.view_payment",
                    without="/ledgers/",
                ),
                _rows("Gift cards", "redeem", "giftcards", "giftcard"),
                _rows("Store credit", "account_balance_wallet", "giftcards", "storecredit"),
                _rows("Invoices", "description", "invoices", "document"),
                _rows("Tickets", "support_agent", "support", "ticket"),
            ]
        },
        {
            "title": "Catalog",
            "items": [
                _rows("Products", "sell", "catalog", "product"),
                _rows("Categories", "account_tree", "catalog", "category"),
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
                _rows("Discounts", "loyalty", "discounts", "discount"),
                _rows("Sales", "sell", "prices", "sale"),
                _rows("Price lists", "price_change", "prices", "pricelist"),
                _item(
                    "Which price, and why",
                    "price_check",
                    "store_admin:prices_pricelist_why",
                    "prices.view_pricelist",
                ),
                _rows("Price history", "history", "prices", "pricechange"),
                _rows("Synonyms", "swap_horiz", "search", "synonym"),
                _rows("Missed searches", "search_off", "search", "missedsearch"),
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
                _rows("Customer groups", "groups", "prices", "customergroup"),
                _rows("Staff", "badge", "accounts", "user"),
                _item(
                    "Visits of support",
                    "support_agent",
                    "store_admin:support_access",
                    "accounts.view_user",
                ),
                _item(
                    "Plan and usage", "workspace_premium", "store_admin:plan", "accounts.view_user"
                ),
                _item("Announcements", "campaign", "store_admin:announcements"),
            ],
        },
        {
            "title": "Settings",
            "items": [
                _rows("Shipping", "deployed_code", "pricing", "shippingmethod"),
                _rows("Shipping zones", "public", "shipping", "zone"),
                _rows("Shipping profiles", "weight", "shipping", "profile"),
                _rows("Pickup places", "store", "shipping", "pickupplace"),
                _rows("Dispatch times", "calendar_month", "shipping", "dispatchtimes"),
                _rows("Tax rates", "percent", "pricing", "taxrate"),
                _rows("Tax settings", "account_balance", "pricing", "taxsettings"),
                _rows("Tax exemptions", "verified", "pricing", "exemptioncertificate"),
                _rows("Price settings", "sell", "prices", "pricesettings"),
                _rows("Payment methods", "credit_card", "payments", "paymentmethod"),
                _rows("Payment settings", "timer", "payments", "paymentsettings"),
                _rows("Cash on delivery", "local_shipping", "payments", "cashsettings"),
                _rows("Bank account", "account_balance_wallet", "payments", "bankaccount"),
                _rows("Carts", "shopping_cart", "carts", "cartsettings"),
                _rows("Invoice settings", "request_quote", "invoices", "invoicesettings"),
                _rows("Support settings", "schedule", "support", "supportsettings"),
                _rows("Canned answers", "quickreply", "support", "cannedanswer"),
                _rows("Return settings", "undo", "returns", "returnsettings"),
                _rows("Reasons of returns", "list", "returns", "returnreason"),
                _rows("Pages", "article", "content", "page"),
                _rows("Theme", "palette", "content", "theme"),
                _item("Domains", "language", "store_admin:domains", "accounts.view_user"),
                _rows("Mails", "edit_note", "notifications", "mailwording"),
                _rows("Mail settings", "mail_lock", "notifications", "mailsettings"),
                _rows("Integrations", "hub", "integrations", "integration"),
                _of_system(
                    "clickpost", "ClickPost", "conveyor_belt", "clickpostsettings", "settings"
                ),
                _of_system("clickpost", "Carriers", "local_shipping", "carrieraccount", "carriers"),
                _of_system("clickpost", "ClickPost codes", "pin", "statuscode", "codes"),
                _of_system("easyecom", "EasyEcom: Locations", "warehouse", "location", "locations"),
                _of_system(
                    "easyecom", "EasyEcom: Statuses", "swap_horiz", "statusmeaning", "statuses"
                ),
            ],
        },
        {
            "title": "Partners",
            "items": [
                _rows("API keys", "vpn_key", "partners", "apikey"),
                _rows("Webhooks", "webhook", "partners", "webhookendpoint"),
                _rows("Sent webhooks", "outgoing_mail", "partners", "webhookdelivery"),
            ],
        },
        {
            "title": "Records",
            "items": [
                _rows("Mails that came in", "forward_to_inbox", "support", "inboundmail"),
                _rows("Audit log", "history", "events", "auditentry"),
                _rows("E-mails", "mail", "notifications", "sentmail"),
                _rows("Addresses of mails", "alternate_email", "notifications", "mailaddress"),
                _rows("Wishes about mails", "unsubscribe", "notifications", "mailconsent"),
                _rows("Background tasks", "outbox", "events", "outboxmessage"),
                _rows("Messages that came in", "move_to_inbox", "inbox", "inboxmessage"),
                _of_system("easyecom", "EasyEcom: Orders", "outbound", "pushedorder", "orders"),
                _of_system("easyecom", "EasyEcom: SKUs", "difference", "unmatchedsku", "skus"),
                _of_system("easyecom", "EasyEcom: Levels", "inventory", "stocklevel", "levels"),
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
                _item("Figures", "query_stats", "platform_admin:figures", "billing.view_invoice"),
                _item("Plans", "workspace_premium", "platform_admin:platform_plan_changelist"),
                _item("Prices", "sell", "platform_admin:platform_planprice_changelist"),
                _item(
                    "Subscriptions", "autorenew", "platform_admin:platform_subscription_changelist"
                ),
                _item("Invoices", "receipt", "platform_admin:billing_invoice_changelist"),
                _item(
                    "Payments", "payments", "platform_admin:billing_billingtransaction_changelist"
                ),
                _item("Messages", "inbox", "platform_admin:inbox_inboxmessage_changelist"),
                _item("Seller", "badge", "platform_admin:billing_seller_changelist"),
                _item("Exceptions", "lock_open", "platform_admin:platform_limitgrant_changelist"),
                _item("Usage", "monitoring", "platform_admin:platform_usagemetric_changelist"),
                _item("API calls", "api", "platform_admin:metering_apicall_changelist"),
                _item(
                    "Stores compared",
                    "leaderboard",
                    "platform_admin:insight_storespan_changelist",
                    "billing.view_invoice",
                ),
                _item(
                    "Exchange rates",
                    "currency_exchange",
                    "platform_admin:insight_exchangerate_changelist",
                ),
            ],
        },
        {
            "title": "Platform",
            "items": [
                _item("Staff", "group", "platform_admin:accounts_user_changelist"),
                _item(
                    "Announcements", "campaign", "platform_admin:platform_announcement_changelist"
                ),
                _item("Notes", "sticky_note_2", "platform_admin:platform_storenote_changelist"),
                _item("Audit log", "history", "platform_admin:events_auditentry_changelist"),
            ],
        },
    ],
    "apps.backoffice.platform.dashboard.dashboard",
)
