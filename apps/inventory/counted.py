"""The stock that search and filters go by."""

from apps.inventory.selectors import get_availability
from apps.search.stock import counts_stock

counts_stock(get_availability)
