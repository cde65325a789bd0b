"""The link, the beginning and the end of a visit.

The row is the platform's, its entries are in both logs. A visit begins when the store has the entry and the mail: they are
committed before the row, so that no crash leaves a visit without them.
"""

import secrets
from datetime import timedelta
from hashlib import sha256
from typing import Annotated, Final
from uuid import UUID

import structlog
from django.conf import settings
from django.db import DatabaseError
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext

from apps.accounts.errors import LinkNotValid, NoVisits
from apps.accounts.models import User
from apps.accounts.visiting import rules
from apps.accounts.visiting.mails import mail_owners
from apps.accounts.visitors import VisitingPerson
from apps.common.actor import Actor, ActorKind
from apps.common.clock import now
from apps.common.errors import DomainError
from apps.common.typed_text import Block, Raw, cleans_text
from apps.events import services as events
from apps.platform.auditing import note
from apps.platform.models import AccessLevel, Store, StoreVisit, VisitEnd, VisitKind
from apps.platform.selectors import primary_host, public_url
from apps.tenancy.connections import StoreUnreachable
from apps.tenancy.context import current_store, outside_store, system_scope, use_store
from apps.tenancy.errors import StorePaused
from apps.tenancy.transactions import atomic_on_platform

log = structlog.get_logger(__name__)

LINK_SECONDS: Final = 60
VISIT_MINUTES: Final = 60
_BYTES: Final = 32


@cleans_text
def make_link(
    *, store: Store, person: User, reason: Annotated[str, Block(500, required=True)]
) -> str:
    """The address by which the person enters the store's admin: once, within `LINK_SECONDS`. It is stored nowhere.

    Raises `NoVisits` where the person has no right to, or the store does not allow it.
    """
    kind = rules.may_ask(person, store)
    if kind is None:
        raise NoVisits
    if kind == VisitKind.SUPPORT and rules.access_of(store).level == AccessLevel.NONE:
        raise NoVisits(gettext("The owners of this store allow no visits of support."))
    if not rules.is_open(store):
        raise NoVisits(gettext("The admin of this store is closed at the moment."))
    token, host = secrets.token_urlsafe(_BYTES), primary_host(store)
    with atomic_on_platform():
        StoreVisit.objects.create(
            store=store,
            kind=kind,
            person_ref=person.pk,
            person_label=person.full_name[:254],
            person_proof=rules.proof_of(person),
            reason=reason,
            host=host,
            digest=_digest_of(token, store.pk, host),
            link_until=now() + timedelta(seconds=LINK_SECONDS),
        )
        note(
            "store.visit_asked",
            store,
            after={"reason": reason},
            actor=_actor_of(person),
            always=True,
        )
    path = reverse("store_admin:visit_enter", urlconf=settings.STORE_URLCONF)
    return public_url(host, f"{path}?{urlencode({'link': token})}")


@cleans_text
def enter(
    *, token: str, host: Annotated[str, Raw("that of the request, compared as it is")]
) -> StoreVisit:
    """Begin the visit of this link in the active store. Of two calls at once one begins it.

    Raises `LinkNotValid` for a link that is unknown, late, used or another host's, and `NoVisits` where the right to enter, or
    the store's permission, has ended since.
    """
    store = current_store()
    digest = _digest_of(token, store.id, host)
    with system_scope("visits"), atomic_on_platform():
        rows = StoreVisit.objects.select_for_update(of=("self",)).select_related("store")
        visit = rows.filter(
            digest=digest, store_id=store.id, host=host, entered_at=None, link_until__gt=now()
        ).first()
        if visit is None:
            raise LinkNotValid
        begin_visit(visit)
    return visit


def begin_visit(visit: StoreVisit) -> None:
    """In the store's transaction the entry and the mails, then the row: the caller holds its lock."""
    person, access = rules.find_person(visit), rules.access_of(visit.store)
    visit.entered_at = now()
    visit.until = visit.entered_at + timedelta(minutes=VISIT_MINUTES)
    if person is None or rules.why_over(visit, access) is not None:
        raise NoVisits
    visiting = VisitingPerson(visit, rules.may_change(visit, access))
    facts = {"reason": visit.reason, "until": visit.until}
    with events.transaction_with_wake_up():
        note("store.visit_begun", visit.store.name, after=facts, actor=visiting.actor)
        mail_owners(visiting)
    visit.save(update_fields=["entered_at", "until"])
    note("store.visit_begun", visit.store, after=facts, actor=_actor_of(person), always=True)


def end_visit(visit: StoreVisit, *, by: VisitEnd) -> bool:
    """End it, and note that in both logs. False where it has ended already.

    A store that does not answer, or is paused, keeps no visit open: its own entry is missing then, and the log says so.
    """
    with system_scope("visits"), atomic_on_platform():
        rows = StoreVisit.objects.select_for_update(of=("self",)).select_related("store")
        locked = rows.get(pk=visit.pk)
        if locked.ended_at is not None or locked.entered_at is None:
            return False
        locked.ended_by = by
        locked.ended_at = min(now(), locked.until) if locked.until is not None else now()
        locked.save(update_fields=["ended_at", "ended_by"])
        facts = {"ended_by": locked.get_ended_by_display()}
        person = _actor_of(rules.find_person(locked), locked.person_ref)
        note("store.visit_ended", locked.store, after=facts, actor=person, always=True)
    _note_end_in_store(locked)
    return True


def end_over_visits() -> int:
    """End the visits whose time is over. Returns how many."""
    open_ones = StoreVisit.objects.filter(ended_at=None, until__lte=now())
    return sum(end_visit(visit, by=VisitEnd.TIME) for visit in open_ones)


def forget_unused_links() -> int:
    """Delete the links of yesterday and before that began no visit. The audit log has them."""
    old = StoreVisit.objects.filter(entered_at=None, link_until__lt=now() - timedelta(days=1))
    return old.delete()[0]


def _note_end_in_store(visit: StoreVisit) -> None:
    visiting = VisitingPerson(visit, may_change=False)
    try:
        with system_scope("visits"), use_store(visit.store):
            facts = {"ended_by": visit.get_ended_by_display()}
            note("store.visit_ended", visit.store.name, after=facts, actor=visiting.actor)
    except (DomainError, DatabaseError, StorePaused, StoreUnreachable) as error:
        log.warning("The end of a visit is not in the store's log.", error=type(error).__name__)


def _digest_of(token: str, store_id: UUID, host: str) -> str:
    """Covers the store and the host: a copied row opens nothing elsewhere."""
    return sha256(f"visit:{store_id}:{host}:{token}".encode()).hexdigest()


def _actor_of(person: User | None, ref: UUID | None = None) -> Actor:
    """As the platform's log calls them: owners go without their name, which may have to be forgotten."""
    with outside_store():
        label = person.audit_label if person is not None else gettext("A person who is gone")
    return Actor(ActorKind.STAFF, person.pk if person is not None else ref, label)
