"""Reads for the pages of an account. Scope is in the fetch: another account's store is not found."""

import re
from typing import Final
from uuid import UUID

from django.db import DatabaseError
from django.db.models import QuerySet
from django.http import HttpRequest

from apps.accounts.models import User
from apps.common.places import country_choices
from apps.events.models import AuditEntry
from apps.platform.errors import StoreNotFound
from apps.platform.models import ProvisioningJob, Store, StoreMove, Subscription
from apps.platform.states import StoreStatus
from apps.tenancy.connections import StoreUnreachable
from apps.tenancy.context import system_scope, use_store

_REGION: Final = re.compile(r"^\s*[A-Za-z]{2,3}(?:-[A-Za-z]{4})?-([A-Za-z]{2})\b")


def list_own_stores(owner: User) -> QuerySet[Store]:
    """With plan and hosts, the newest first; without sandboxes."""
    own = Store.objects.filter(owner=owner, is_sandbox=False)
    own = own.exclude(status=StoreStatus.DELETING).select_related("plan")
    return own.prefetch_related("domains").order_by("-created_at", "id")


def get_own_store(owner: User, store_id: UUID) -> Store:
    """Raises `StoreNotFound`, also for the store of another account."""
    found = list_own_stores(owner).filter(pk=store_id).first()
    if found is None:
        raise StoreNotFound
    return found


def has_had_trial(owner: User) -> bool:
    """Whether a store of the account, archived ones too, is or was in a trial. The answer holds while the account is locked."""
    tried = Subscription.objects.filter(store__owner=owner, store__is_sandbox=False)
    return tried.filter(trial_ends_at__isnull=False).exists()


def find_closing_reason(store: Store) -> str:
    """Why the platform suspended or archived the store, as its owners were informed; "" without a reason."""
    if store.status != StoreStatus.ARCHIVED:
        return store.suspension_reason
    kind = Store._meta.label_lower
    entries = AuditEntry.objects.filter(target_type=kind, target_ref=str(store.pk))
    archived = entries.filter(action="store.archived").first()
    return str((archived.after or {}).get("reason", "")) if archived is not None else ""


def find_opening(store: Store) -> ProvisioningJob | None:
    return ProvisioningJob.objects.filter(store=store).first()


def find_own_login(owner: User, store: Store) -> User | None:
    """The owner's login in the store, None without one, or when the store's database does not answer."""
    try:
        with system_scope("owners"), use_store(store):
            found = User.objects.filter(email=owner.email, is_staff=True, is_active=True)
            return found.first()
    except (DatabaseError, StoreUnreachable):
        return None


def guess_country(request: HttpRequest) -> str:
    """The region of the browser's first language, "" if it has none."""
    match = _REGION.match(request.headers.get("Accept-Language", "").partition(",")[0])
    code = match[1].upper() if match else ""
    return code if code in dict(country_choices()) else ""


def find_last_move(store: Store) -> StoreMove | None:
    """The newest move of the store's tables to another place."""
    return StoreMove.objects.filter(store=store).order_by("-created_at").first()
