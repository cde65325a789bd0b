"""Every write of customer groups, price lists, sales and the history of prices."""

from apps.prices.services.groups import (
    add_to_group,
    delete_group,
    remove_from_group,
    save_group,
    set_members,
)
from apps.prices.services.history import has_history, record_prices
from apps.prices.services.lists import (
    ListPriceInput,
    delete_price_list,
    save_price_list,
)
from apps.prices.services.repricing import list_due, settle
from apps.prices.services.sales import SalePriceInput, delete_sale, save_sale

__all__ = [
    "ListPriceInput",
    "SalePriceInput",
    "add_to_group",
    "delete_group",
    "delete_price_list",
    "delete_sale",
    "has_history",
    "list_due",
    "record_prices",
    "remove_from_group",
    "save_group",
    "save_price_list",
    "save_sale",
    "set_members",
    "settle",
]
