"""What the platform says to a store's staff."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from django.core.cache import cache
from django.db.models import Q, QuerySet

from apps.common.clock import now
from apps.platform.models import Announcement

SECONDS: Final = 60
"""An announcement is seen, and gone, a minute later at most: no page of the admin asks the database for it."""
KEPT_DAYS: Final = 90
_KEY: Final = "announcements"
_MOST: Final = 5  # on a page


def shown_announcements(store_id: UUID) -> list[Announcement]:
    """Those that its admin shows now, maintenance and warnings first. In the store; from its cache."""
    found: list[Announcement] | None = cache.get(_KEY)
    if found is None:
        rows = _of(store_id).filter(shown_from__lte=now(), shown_until__gt=now())
        by_weight = sorted(rows, key=lambda row: row.kind == Announcement.Kind.NEWS)
        found = by_weight[:_MOST]
        cache.set(_KEY, found, SECONDS)
    return [row for row in found if row.shown_until > now()]


def list_announcements(store_id: UUID) -> list[Announcement]:
    """Those of the last months and of now, the latest first."""
    since = now() - timedelta(days=KEPT_DAYS)
    return list(_of(store_id).filter(shown_from__lte=now(), shown_until__gt=since)[:100])


def _of(store_id: UUID) -> QuerySet[Announcement]:
    audience = Q(plan=None, store=None) | Q(store=store_id) | Q(plan__stores=store_id)
    return Announcement.objects.filter(audience).order_by("-shown_from", "-pk")
