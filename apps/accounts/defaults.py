"""Defaults of a new store: a group for every staff role. Repeatable; a second run repairs what was changed."""

from fnmatch import fnmatchcase
from functools import lru_cache

from django.contrib.auth.models import Group, Permission

from apps.accounts.roles import ROLE_PERMISSIONS, STAFF_ROLES
from apps.platform.seeding import Refresh, refreshes, seeds
from apps.tenancy.context import ActiveStore


@seeds
def seed_store(store: ActiveStore) -> None:
    """Create the groups and their permissions. Only what differs is written; the second time, nothing."""
    names = [role.value for role in STAFF_ROLES]
    Group.objects.bulk_create([Group(name=name) for name in names], ignore_conflicts=True)
    groups = dict(Group.objects.filter(name__in=names).values_list("name", "pk"))
    permissions = tuple(
        Permission.objects.order_by("pk").values_list("pk", "content_type__app_label", "codename")
    )
    wanted = {(groups[role], permission) for role, permission in _permissions_of_roles(permissions)}
    held = Group.permissions.through
    rows = held.objects.filter(group_id__in=groups.values())
    there = set(rows.values_list("group_id", "permission_id"))
    for group in {group for group, _permission in there - wanted}:
        surplus = [permission for holder, permission in there - wanted if holder == group]
        rows.filter(group_id=group, permission_id__in=surplus).delete()
    held.objects.bulk_create(
        held(group_id=group, permission_id=permission)
        for group, permission in sorted(wanted - there)
    )


# Groups follow the code: a release may bring new permissions, or change the table of roles.
refreshes(Refresh(seed_store, version=lambda: repr(ROLE_PERMISSIONS)))


@lru_cache(maxsize=8)
def _permissions_of_roles(
    permissions: tuple[tuple[int, str, str], ...],
) -> list[tuple[str, int]]:
    """Role and permission, for each that a role holds. Permissions have the same ids in every store."""
    return [
        (role.value, pk)
        for role in STAFF_ROLES
        for pk, app, codename in permissions
        if any(fnmatchcase(f"{app}.{codename}", pattern) for pattern in ROLE_PERMISSIONS[role])
    ]
