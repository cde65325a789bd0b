"""What an API key may do: scopes by resource, the permissions they stand for, and the scope of each route.

A key without the scope of a route is refused, and so is every key at a route that is not listed here.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Resource:
    """`read` and `write` are the permissions of staff that its scopes stand for; `write` begins with those of `read`.

    Without `read` it has no scope for reading.
    """

    code: str
    title: StrOrPromise
    read: tuple[str, ...] = ()
    write: tuple[str, ...] = ()

    @property
    def scopes(self) -> tuple[str, ...]:
        return (*((f"read_{self.code}",) if self.read else ()), f"write_{self.code}")


RESOURCES: Final = (
    Resource(
        "products",
        _("Products, categories and bundles"),
        ("catalog.view_*", "inventory.view_bundle"),
        ("catalog.*", "inventory.*_bundle"),
    ),
    Resource(
        "inventory",
        _("Stock, transfers, deliveries and stock takes"),
        ("inventory.view_*",),
        ("inventory.*",),
    ),
    Resource(
        "orders",
        _("Orders, their parcels and payments"),
        ("orders.view_*", "fulfilment.view_*", "payments.view_*", "giftcards.view_giftcard"),
        ("orders.*", "fulfilment.*", "giftcards.change_giftcard"),
    ),
    Resource(
        "draft_orders",
        _("Orders that are prepared"),
        ("checkout.view_draftorder",),
        ("checkout.*_draftorder",),
    ),
    Resource("refunds", _("Give money back, and lower prices"), (), ("payments.add_refund",)),
    Resource(
        "returns",
        _("Returns"),
        ("returns.view_*", "orders.view_order"),
        ("returns.*_returnrequest", "fulfilment.add_parcelreturn"),
    ),
    Resource(
        "invoices",
        _("Invoices and credit notes"),
        ("invoices.view_document", "orders.view_order"),
        ("invoices.add_document",),
    ),
    Resource("checkout", _("Carts, delivery and back-in-stock notices"), ("carts.view_cart",)),
    Resource(
        "webhooks",
        _("Webhooks"),
        ("partners.view_webhook*",),
        ("partners.*_webhook*",),
    ),
)

# The name of a route in the API of a store, and the resource whose scope it needs: `write_` where the method changes something.
ROUTES: Final[dict[str, str]] = {
    **dict.fromkeys(
        (
            "products",
            "product",
            "product-images",
            "product-image",
            "bundles",
            "bundle",
            "categories",
            "category",
            "category-products",
        ),
        "products",
    ),
    **dict.fromkeys(
        (
            "inventory",
            "consignments",
            "consignment-receive",
            "consignment-cancel",
            "stock-takes",
            "stock-take",
            "stock-take-counts",
        ),
        "inventory",
    ),
    **dict.fromkeys(
        (
            "orders",
            "order",
            "order-status",
            "order-confirmation",
            "order-confirmation-code",
            "order-changes",
            "order-split",
            "order-sent-with",
            "order-shipment",
            "order-payments",
            "order-gift-cards",
            "order-gift-card-mail",
            "payment-intent",
        ),
        "orders",
    ),
    **dict.fromkeys(("draft-orders", "draft-order"), "draft_orders"),
    **dict.fromkeys(
        (
            "webhook-endpoints",
            "webhook-endpoint",
            "webhook-endpoint-test",
            "webhook-endpoint-secret",
            "webhook-deliveries",
            "webhook-delivery-replay",
        ),
        "webhooks",
    ),
    **dict.fromkeys(
        (
            "order-returns",
            "return-requests",
            "return-request",
            "return-request-withdraw",
            "return-request-sent",
        ),
        "returns",
    ),
    **dict.fromkeys(("order-documents", "order-document-pdf"), "invoices"),
    **dict.fromkeys(
        (
            "cart",
            "cart-codes",
            "cart-code",
            "cart-items",
            "cart-item",
            "cart-save",
            "cart-seen",
            "cart-saved",
            "cart-notices",
            "cart-notice",
            "cart-share",
            "cart-shared",
            "checkout-options",
            "checkout-delivery",
            "countries",
            "country",
            "stock-notices",
        ),
        "checkout",
    ),
}

# Of these routes of orders a buyer buys, as with all of `checkout`. The plan of the merchant never refuses an order of a buyer.
_BUYING: Final = frozenset(
    {"orders", "order-confirmation", "order-confirmation-code", "payment-intent"}
)

# Routes that no key opens, each with the reason.
NO_KEYS: Final[dict[str, str]] = {
    "auth-register": "a person's account",
    "auth-login": "a person's account",
    "auth-logout": "a person's account",
    "auth-refresh": "a person's account",
    "users-profile": "a person's own data",
    "users-addresses": "a person's own data",
    "users-address": "a person's own data",
    "store-credit": "a person's own data",
    "cart-merge": "the cart of a person who is logged in",
    "gift-card-balance": "the code of a card is the right to ask, and wrong codes are counted by address",
    "gift-card-print": "the code of a card is the right to ask, and wrong codes are counted by address",
    "test-bank": "plays the bank of the test gateway",
    "tickets": "a buyer's own conversations",
    "ticket": "a buyer's own conversations",
    "ticket-replies": "a buyer's own conversations",
    "payment-webhook": "signed by the gateway",
    "support-mail": "has a token of its own",
    "schema": "open to all",
    "docs": "open to all",
}


def list_scopes() -> list[str]:
    return [scope for resource in RESOURCES for scope in resource.scopes]


def scope_words(scope: str) -> str:
    """`read_orders` as staff read it. Empty for what is no scope."""
    for resource in RESOURCES:
        if scope in resource.scopes:
            what = {"what": resource.title}
            if scope.startswith("read_"):
                return gettext("read: %(what)s") % what
            return gettext("change: %(what)s") % what
    return ""


def scope_of(route: str, method: str) -> str | None:
    """The scope that a request needs; None where no key is taken."""
    resource = ROUTES.get(route)
    if resource is None:
        return None
    return f"{'read' if method in SAFE_METHODS else 'write'}_{resource}"


def is_buying(route: str, method: str) -> bool:
    """Whether a program asks for a buyer who fills a cart, orders or pays."""
    return ROUTES.get(route) == "checkout" or (route in _BUYING and method not in SAFE_METHODS)


def covers(scopes: Collection[str], needed: str) -> bool:
    """A key that may write may read."""
    return needed in scopes or (
        needed.startswith("read_") and f"write_{needed.removeprefix('read_')}" in scopes
    )


def permissions_of(scopes: Collection[str]) -> frozenset[str]:
    """The permissions of staff, as patterns, that these scopes stand for."""
    return frozenset(_permissions(scopes))


def _permissions(scopes: Collection[str]) -> Iterator[str]:
    for resource in RESOURCES:
        if covers(scopes, f"read_{resource.code}"):
            yield from resource.read
        if f"write_{resource.code}" in scopes:
            yield from resource.write
