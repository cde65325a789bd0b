"""Django looks here for admin classes: they are in `platform/` and `store/`, one file per app they show."""

from apps.backoffice import people  # noqa: F401
from apps.backoffice.platform import jobs, moves, registry, stores  # noqa: F401
from apps.backoffice.store import (  # noqa: F401
    bundles,
    carts,
    catalog,
    certificates,
    consignments,
    customers,
    discounts,
    drafts,
    gift_cards,
    inventory,
    invoices,
    mails,
    orders,
    pages,
    payments,
    records,
    returns,
    searches,
    settings,
    shipments,
    shipping_places,
    staff,
    stock_imports,
    stock_takes,
    stock_watch,
    support,
    taxes,
    ways_to_pay,
)
