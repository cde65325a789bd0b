"""Every write of discounts, their codes and their uses."""

from apps.discounts.services.editing import delete_discount, make_batch, save_discount
from apps.discounts.services.redeeming import give_back, redeem

__all__ = [
    "delete_discount",
    "give_back",
    "make_batch",
    "redeem",
    "save_discount",
]
