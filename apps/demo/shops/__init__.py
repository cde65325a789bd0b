"""The two shops of the demo."""

from apps.demo.shops.chai import CHAI
from apps.demo.shops.northline import NORTHLINE
from apps.demo.shops.recipe import Shop, Thing

SHOPS = (CHAI, NORTHLINE)

__all__ = ["SHOPS", "Shop", "Thing"]
