"""Limits of plans: one place decides, and its error names the limit, what is used and how to get more.

A limit is enforced in the service through which all doors go. Between the count and what is created no other creator of the
same store may come. Where both are SQL, the caller locks a row before it counts, and calls `require_within_limit`. Where
something else is created, such as a document, `room_for` holds a lock of the store.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils.translation import gettext

from apps.platform import selectors
from apps.platform.errors import PlanLimitReached
from apps.platform.models import DatabaseType, LimitName, Store
from apps.platform.selectors.limits import StoreLimits
from apps.platform.selectors.usage import list_stores_of_owner
from apps.tenancy.locks import LockSpace, lock_in_transaction, locked, number_of
from apps.tenancy.routers import PLATFORM
from apps.tenancy.transactions import in_platform_transaction


def require_within_limit(
    store_id: UUID, name: str, *, used: int | Callable[[], int], adding: int = 1
) -> None:
    """Raise `PlanLimitReached` when `used + adding` is more than the store's plan allows. A function counts only where there
    is a limit."""
    limits = selectors.get_limits(store_id)
    limit = limits.numbers[name]
    if limit is not None:
        _require(limits, name, limit, used() if callable(used) else used, adding)


@contextmanager
def room_for(store_id: UUID, name: str, *, count: Callable[[], int]) -> Iterator[None]:
    """Around the creation of one more: creators of a store go one after the other, and `count` sees those before.

    A store without this limit waits for no lock. The lock is the session's, not a transaction's: wake-ups written meanwhile
    are committed at once. A process that dies releases it.
    """
    limits = selectors.get_limits(store_id)
    limit = limits.numbers[name]
    if limit is None:
        yield
        return
    with _one_creator(store_id):
        _require(limits, name, limit, count(), 1)
        yield


@contextmanager
def _one_creator(store_id: UUID) -> Iterator[None]:
    """Within a transaction of the platform the lock ends with it, because an aborted one could not release it."""
    key = (PLATFORM, LockSpace.PLAN_LIMIT, number_of(store_id))
    if in_platform_transaction():
        lock_in_transaction(*key)
        yield
        return
    with locked(*key):
        yield


def require_placement(store_id: UUID, database_type: str) -> None:
    """Raise `PlanLimitReached` for a kind of database that the store's plan does not have."""
    limits = selectors.get_limits(store_id)
    if limits.placements and database_type not in limits.placements:
        allowed = [str(label) for code, label in DatabaseType.choices if code in limits.placements]
        sentence = gettext(
            "The plan %(plan)s has no database of the kind %(kind)s, only %(allowed)s."
        ) % {
            "plan": limits.plan,
            "kind": DatabaseType(database_type).label,
            "allowed": ", ".join(allowed),
        }
        raise PlanLimitReached(
            f"{sentence} {how_to_get_more()}",
            fields={"database_type": [sentence]},
            limit="placements",
            allowed=sorted(limits.placements),
            used=database_type,
            plan=limits.plan,
        )


def require_place_for_store(store: Store) -> None:
    """Raise `PlanLimitReached` when the owner of this new store, registered in the present transaction, has more stores than
    allowed. The most generous plan among them counts; sandboxes do not."""
    if store.owner_id is None:
        return
    get_user_model().objects.select_for_update().filter(
        pk=store.owner_id
    ).first()  # one opening at a time
    own = list_stores_of_owner(store.owner_id)
    limits = selectors.list_limits(own)
    allowed = [each.numbers[LimitName.STORES] for each in limits.values()]
    if None not in allowed:
        most = max(limit for limit in allowed if limit is not None)
        _require(limits[store.pk], LimitName.STORES, most, len(own) - 1, 1)


def how_to_get_more() -> str:
    return gettext("A larger plan has more: ask %(contact)s.") % {
        "contact": settings.PLATFORM_CONTACT
    }


def _require(limits: StoreLimits, name: str, limit: int, used: int, adding: int) -> None:
    if used + adding > limit:
        refuse(limits, name, limit, used)


def refuse(limits: StoreLimits, name: str, limit: int, used: float) -> NoReturn:
    """Raise `PlanLimitReached` in the words of every limit."""
    sentence = gettext("The plan %(plan)s limits %(things)s to %(limit)s; in use: %(used)s.") % {
        "plan": limits.plan,
        "limit": f"{limit:,}",
        "things": LimitName(name).label,
        "used": f"{used:,}",
    }
    raise PlanLimitReached(
        f"{sentence} {how_to_get_more()}",
        limit=str(name),
        allowed=limit,
        used=used,
        plan=limits.plan,
    )
