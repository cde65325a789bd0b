"""The demo's prices for a group of customers and for larger quantities, and a sale that is running."""

from datetime import timedelta
from decimal import Decimal

from apps.accounts.selectors import get_user_by_email
from apps.catalog.indexing import follow_prices
from apps.catalog.selectors import list_category_nodes
from apps.common.clock import now
from apps.demo.shops import Shop
from apps.prices import services as prices
from apps.prices.models import CustomerGroup, PriceList, Sale
from apps.prices.services import ListPriceInput

_SALE_DAYS = 14


def make_prices(*, shop: Shop) -> None:
    """Repeatable: what is there under its name keeps what staff changed."""
    if shop.trade_group:
        _make_trade_prices(shop)
    if shop.sale is not None:
        _make_sale(shop, *shop.sale)
    follow_prices()


def _make_trade_prices(shop: Shop) -> None:
    """The last customer buys 10 % cheaper, from twelve pieces of a product on 15 %."""
    if CustomerGroup.objects.filter(name=shop.trade_group).exists():
        return
    group = prices.save_group(group=CustomerGroup(name=shop.trade_group))
    user = get_user_by_email(shop.people[-1].email)
    if user is not None:
        prices.add_to_group(group=group, customer_ids=[user.pk])
    steps = ((1, Decimal(10)), (12, Decimal(15)))
    prices.save_price_list(
        price_list=PriceList(name=shop.trade_group, currency=shop.currency, group=group),
        prices=[ListPriceInput(min_quantity=least, percent=percent) for least, percent in steps],
    )


def _make_sale(shop: Shop, name: str, category: str, percent: int) -> None:
    if Sale.objects.filter(name=name).exists():
        return
    refs = [str(node.id) for node in list_category_nodes() if node.name == category]
    row = Sale(
        name=name,
        currency=shop.currency,
        percent=Decimal(percent),
        category_refs=refs,
        starts_at=now(),
        ends_at=now() + timedelta(days=_SALE_DAYS),
    )
    prices.save_sale(sale=row)
