"""A person of the platform as the sender of a request in a store's admin."""

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, ClassVar, Final
from uuid import UUID

from django.utils.translation import gettext

from apps.accounts.roles import ROLE_PERMISSIONS, Role
from apps.common.actor import Actor, ActorKind
from apps.platform.models import StoreVisit, VisitKind
from apps.tenancy.context import current_store_or_none

SESSION: Final = "visit"  # the key of the session

# What is the store's alone, whatever it allowed: who logs in, keys and secrets, where its money goes.
_NEVER_CHANGED: Final = (
    "accounts.*_user",
    "gateways.*",
    "partners.*",
    "integrations.*",
    "invoices.*_invoicesettings",
    "payments.*_bankaccount",
)
# These pages have a secret on them.
_NEVER_SEEN: Final = ("support.*_supportsettings", "gateways.*_gatewaykeys")


@dataclass(frozen=True)
class VisitingPerson:
    """Takes the place of a user in the store's admin, without a row among the store's people: nothing to log in with.

    Its id is that of the visit, so that the audit log knows which entries belong to it.
    """

    visit: StoreVisit
    may_change: bool

    email: ClassVar[str] = ""
    is_authenticated: ClassVar[bool] = True
    is_anonymous: ClassVar[bool] = False
    is_active: ClassVar[bool] = True
    is_staff: ClassVar[bool] = True
    is_superuser: ClassVar[bool] = False
    has_usable_password: ClassVar[bool] = False

    @property
    def pk(self) -> UUID:
        return self.visit.pk

    @property
    def role(self) -> Role:
        """Of the owner's own visit the owner's, with which they decide about the plan; support never decides about it."""
        is_owner = self.visit.kind == VisitKind.OWNER and self.may_change
        return Role.OWNER if is_owner else Role.MANAGER

    @property
    def full_name(self) -> str:
        return self.visit.person_label

    @property
    def label(self) -> str:
        """As the store's audit log and its lists call them."""
        if self.visit.kind == VisitKind.OWNER:
            return gettext("%(name)s (owner, visiting)") % {"name": self.full_name}
        return gettext("%(name)s (support of the platform)") % {"name": self.full_name}

    @property
    def actor(self) -> Actor:
        return Actor(ActorKind.STAFF, self.pk, self.label)

    def __str__(self) -> str:
        return self.label

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name

    def get_username(self) -> str:
        return self.full_name

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        if _matches(perm, _NEVER_SEEN):
            return False
        if ".view_" in perm:
            return True
        store = current_store_or_none()
        if not self.may_change or store is None or store.is_suspended:
            return False
        return not _matches(perm, _NEVER_CHANGED) and _matches(perm, ROLE_PERMISSIONS[self.role])

    def has_perms(self, perm_list: Iterable[str], obj: Any = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perm_list)

    def has_module_perms(self, app_label: str) -> bool:
        return True


def _matches(perm: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(perm, pattern) for pattern in patterns)
