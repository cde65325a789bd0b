"""What a store allows the platform's support."""

from datetime import date, timedelta
from typing import Final

from django.utils.translation import gettext

from apps.accounts.visiting.services import end_visit
from apps.common.clock import today_in
from apps.common.errors import InvalidInput
from apps.common.habits import zone_of
from apps.platform.auditing import note
from apps.platform.models import AccessLevel, Store, StoreVisit, SupportAccess, VisitEnd, VisitKind
from apps.tenancy.transactions import atomic_on_platform

MOST_DAYS: Final = 30


def save_access(*, store: Store, level: str, until: date | None = None) -> SupportAccess:
    """Allow support no visits, to look, or to change until a day (`MOST_DAYS` ahead at most). In the active store.

    Without permission open visits of support end at once; without permission for changes they only look from now on.
    """
    day = _checked_day(store, level, until)
    with atomic_on_platform():
        access, _is_new = SupportAccess.objects.select_for_update().get_or_create(store=store)
        was = _facts(access)
        access.level, access.until = AccessLevel(level), day
        access.save()
        became = _facts(access)
        if was != became:
            note("store.support_access_changed", store, before=was, after=became)
            note("store.support_access_changed", store.name, before=was, after=became)
    if access.level == AccessLevel.NONE:
        for visit in StoreVisit.objects.filter(
            store=store, kind=VisitKind.SUPPORT, entered_at__isnull=False, ended_at=None
        ):
            end_visit(visit, by=VisitEnd.STORE)
    return access


def _checked_day(store: Store, level: str, until: date | None) -> date | None:
    if level not in AccessLevel.values:
        raise InvalidInput(fields={"level": [gettext("Choose one of them.")]})
    if level != AccessLevel.CHANGE:
        return None
    first = today_in(zone_of(store.time_zone))
    if until is None:
        raise InvalidInput(fields={"until": [gettext("Changes need a last day.")]})
    if not first <= until <= first + timedelta(days=MOST_DAYS):
        sentence = gettext("A day from today on, at most %(days)s days ahead.") % {
            "days": MOST_DAYS
        }
        raise InvalidInput(fields={"until": [sentence]})
    return until


def _facts(access: SupportAccess) -> dict[str, object]:
    facts: dict[str, object] = {"level": str(access.get_level_display())}
    return {**facts, "until": access.until} if access.until else facts
