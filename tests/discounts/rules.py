"""Discounts for tests: as the arithmetic takes them, and as rows of the store."""

from typing import Any

from apps.common.ids import new_id
from apps.discounts import services as discounts
from apps.discounts.kinds import Audience, Kind
from apps.discounts.models import Discount
from apps.discounts.rules import STEPS, Rule
from apps.tenancy.context import current_store, use_actor
from tests.support.acting import STAFF


def rule(kind: Kind = Kind.PERCENT, percent: float = 10, **changes: Any) -> Rule:
    values: dict[str, Any] = {
        "id": new_id(),
        "name": "Spring",
        "kind": kind,
        "is_automatic": False,
        "currency": "INR",
        "percent_steps": int(percent * STEPS),
        "amount_minor": 0,
        "buy_quantity": 1,
        "get_quantity": 1,
        "most_pieces": None,
        "products": frozenset(),
        "categories": frozenset(),
        "get_products": frozenset(),
        "starts_at": None,
        "ends_at": None,
        "is_active": True,
        "min_spend_minor": 0,
        "min_pieces": 0,
        "countries": frozenset(),
        "audience": Audience.EVERYONE,
        "per_buyer": None,
        "limit": None,
        "sequence": 10,
        "is_combinable": True,
    }
    return Rule(**{**values, **changes})


@use_actor(STAFF)
def make_discount(code: str = "", limit: int | None = None, **changes: Any) -> Discount:
    """10 % off everything, with that code or automatically."""
    values: dict[str, Any] = {
        "name": "Spring",
        "trigger": "code" if code else "automatic",
        "code": code,
        "kind": Kind.PERCENT,
        "currency": current_store().currency,
    }
    if changes.get("kind", Kind.PERCENT) in (Kind.PERCENT, Kind.BUY_GET):
        values["percent"] = 10
    return discounts.save_discount(discount=Discount(**{**values, **changes}), limit=limit)
