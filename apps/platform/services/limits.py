"""Limits of plans, enforced with an error that names the limit."""

from typing import Final
from uuid import UUID

from django.utils.translation import gettext

from apps.platform import selectors
from apps.platform.errors import PlanLimitReached

WORDS: Final = {
    "products": "products",
    "orders_per_month": "orders per month",
    "storage_gb": "GB of storage",
    "api_calls_per_month": "API calls per month",
}


def require_within_limit(store_id: UUID, name: str, *, used: int, adding: int = 1) -> None:
    """Raise `PlanLimitReached` when `used + adding` is more than the store's plan allows. One query."""
    limits = selectors.get_limits(store_id)
    limit: int | None = getattr(limits, name)
    if limit is not None and used + adding > limit:
        raise PlanLimitReached(
            gettext("The plan %(plan)s allows %(limit)s %(value)s.")
            % {"plan": limits.plan, "limit": f"{limit:,}", "value": WORDS[name]},
            limit=name,
            allowed=limit,
            used=used,
        )
