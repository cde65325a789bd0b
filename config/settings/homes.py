"""The home of every app's rows. Everything else (router, checks, docs) is derived from these tuples.

platform   the master database: stores, domains, plans, jobs, platform staff
store      the active store's own database, whichever server that is (`default` always means that one)
documents  MongoDB: classes deriving `Document`, in an app's `documents.py`, whatever tuple the app is in
"""

PLATFORM_APPS: tuple[str, ...] = (
    "apps.platform",
    "apps.billing",
    "apps.metering",
    "apps.insight",
    "apps.owners",
)

# In both homes: with no store active these tables are the platform's, inside a store they are the store's.
SHARED_APPS: tuple[str, ...] = (
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.admin",
    "allauth.account",
    "rest_framework_simplejwt.token_blacklist",
    "apps.accounts",
    "apps.events",
    "apps.inbox",
    "apps.gateways",
)

# Only in stores. `pictures`, `catalog` and `carts` are here for their place in the list: all their classes are documents.
STORE_APPS: tuple[str, ...] = (
    "apps.notifications",
    "apps.pictures",
    "apps.content",
    "apps.search",
    "apps.prices",
    "apps.inventory",
    "apps.catalog",
    "apps.shipping",
    "apps.pricing",
    "apps.discounts",
    "apps.orders",
    "apps.carts",
    "apps.giftcards",
    "apps.payments",
    "apps.checkout",
    "apps.fulfilment",
    "apps.remittances",
    "apps.invoices",
    "apps.support",
    "apps.returns",
    "apps.integrations",
    "apps.easyecom",
    "apps.clickpost",
    "apps.partners",
)

# No rows of their own.
CODE_APPS: tuple[str, ...] = (
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_mongodb_backend",
    "corsheaders",
    "csp",
    "allauth",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "apps.common",
    "apps.tenancy",
    "apps.placements",
    "apps.provisioning",
    "apps.operations",
    "apps.diagnostics",
    "apps.storefront",
    "apps.backoffice",
    "apps.demo",
)

INSTALLED_APPS: list[str] = [
    # unfold replaces admin templates and must come first
    *CODE_APPS,
    *SHARED_APPS,
    *PLATFORM_APPS,
    *STORE_APPS,
]
