"""The orders of lists, and the places in them: the same in every backend, so a place of one is a place of all."""

from collections.abc import Sequence
from typing import Any, Final

from django.db.models import BigIntegerField, Case, ExpressionWrapper, F, Value, When

from apps.search.queries import MOST_MINOR, RELEVANCE, Place

# Of each sort the field, whether it falls, and whether ids fall where values are equal.
ORDERS: Final = {
    "featured": ("position", False, True),
    "newest": ("id", True, True),
    "price_asc": ("price", False, False),
    "price_desc": ("price", True, False),
    "title": ("title_key", False, False),
    RELEVANCE: ("rank", False, True),
}
# A rank and a position in one number, so that a place in the order has one value.
RANK_STEP: Final = 2**40


def checked_place(sort: str, place: Place) -> Place:
    """The same place. Raises `TypeError` or `ValueError` for one of another order."""
    value, key = place
    kinds: dict[str, type] = {"title_key": str, "id": type(None)}
    kind = kinds.get(ORDERS[sort][0], int)
    if not isinstance(value, kind) or isinstance(value, bool):
        raise TypeError(value)
    if isinstance(value, int) and abs(value) > MOST_MINOR:
        raise ValueError(value)
    if len(key) != 24 or not all(letter in "0123456789abcdef" for letter in key):
        raise ValueError(key)
    return place


def rank_of(conditions: Sequence[Any]) -> Any:
    """The rank of a search, and within it the order of the shelf, as a column. Best first; what fits none comes last."""
    steps = [
        When(terms__matches=condition, then=Value(number * RANK_STEP))
        for number, condition in enumerate(conditions)
    ]
    last = Value(len(steps) * RANK_STEP)
    rank = Case(*steps, default=last, output_field=BigIntegerField())
    return ExpressionWrapper(rank + F("position"), output_field=BigIntegerField())
