"""Limits of plans, enforced with an error that names the limit."""

from typing import Final
from uuid import UUID

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
            f"The plan {limits.plan} allows {limit:,} {WORDS[name]}.",
            limit=name,
            allowed=limit,
            used=used,
        )
