"""Who may enter which store, what they may do there, and whether a visit goes on. One place for the link and each request."""

from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Final

from apps.accounts.models import User
from apps.common.clock import now, today_in
from apps.common.habits import zone_of
from apps.platform.models import AccessLevel, Store, StoreVisit, SupportAccess, VisitEnd, VisitKind
from apps.platform.states import StoreStatus
from apps.tenancy.context import outside_store

ENTERS: Final = "platform.add_storevisit"


@dataclass(frozen=True)
class Access:
    """What a store allows support now. `until` is the last day of changes."""

    level: str
    until: date | None = None


def access_of(store: Store) -> Access:
    """The setting as it counts today: permission for changes falls back to looking after its last day."""
    saved = SupportAccess.objects.filter(store_id=store.pk).first()
    if saved is None:
        return Access(AccessLevel.LOOK)
    if saved.level != AccessLevel.CHANGE:
        return Access(saved.level)
    is_over = saved.until is None or saved.until < today_in(zone_of(store.time_zone))
    return Access(AccessLevel.LOOK) if is_over else Access(saved.level, saved.until)


def may_ask(person: User, store: Store) -> VisitKind | None:
    """As what a person of the platform's home may enter; None for no right to.

    The platform's staff enter as support, by their permission, also a store that names them as its owner: a store decides
    what support may do in it. Owners are accounts that are no staff, and enter their own stores.
    """
    if not person.is_active:
        return None
    with outside_store():
        if person.is_staff:
            return VisitKind.SUPPORT if person.has_perm(ENTERS) else None
    return VisitKind.OWNER if store.owner_id == person.pk else None


def is_open(store: Store) -> bool:
    """Whether its admin answers. A store that is suspended with a reason is open to look."""
    is_serving = store.status == StoreStatus.ACTIVE and store.is_active
    return is_serving or store.active_store.is_suspended


def find_person(visit: StoreVisit) -> User | None:
    with outside_store():
        return User.objects.filter(pk=visit.person_ref).first()


def why_over(visit: StoreVisit, access: Access) -> VisitEnd | None:
    """What ends a visit that has begun; None while it goes on."""
    if visit.ended_at is not None:
        return VisitEnd(visit.ended_by)
    if visit.until is None or visit.until <= now():
        return VisitEnd.TIME
    person = find_person(visit)
    if person is None or may_ask(person, visit.store) != visit.kind:
        return VisitEnd.PERSON
    if visit.person_proof and visit.person_proof != proof_of(person):
        return VisitEnd.PERSON
    if not is_open(visit.store):
        return VisitEnd.STATUS
    if visit.kind == VisitKind.SUPPORT and access.level == AccessLevel.NONE:
        return VisitEnd.STORE
    return None


def proof_of(person: User) -> str:
    """Of the password that the person has now. What sessions compare, once more hashed: it opens none."""
    return sha256(person.get_session_auth_hash().encode()).hexdigest()


def may_change(visit: StoreVisit, access: Access) -> bool:
    return visit.kind == VisitKind.OWNER or access.level == AccessLevel.CHANGE
