"""The demo's discounts: a coupon in each shop, and an automatic discount where one makes sense."""

from typing import Any

from apps.catalog.selectors import list_category_nodes
from apps.demo.shops import Shop
from apps.discounts import services as discounts
from apps.discounts.models import Discount


def make_offers(*, shop: Shop) -> None:
    """Repeatable: a discount of that name keeps what staff changed."""
    categories = {node.name: str(node.id) for node in list_category_nodes()}
    for offer in shop.offers:
        values: dict[str, Any] = dict(offer)
        if not Discount.objects.filter(name=values["name"]).exists():
            names = values.pop("categories", ())
            refs = [categories[name] for name in names if name in categories]
            row = Discount(currency=shop.currency, category_refs=refs, **values)
            discounts.save_discount(discount=row)
