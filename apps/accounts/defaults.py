"""What a new store starts with: a group for every staff role. Repeatable; a second run repairs what was changed."""

from fnmatch import fnmatchcase

from django.contrib.auth.models import Group, Permission

from apps.accounts.roles import ROLE_PERMISSIONS, STAFF_ROLES
from apps.platform.tenancy.context import ActiveStore


def seed_store(store: ActiveStore) -> None:
    """Create the groups and their permissions: five statements, however many roles there are."""
    names = [role.value for role in STAFF_ROLES]
    Group.objects.bulk_create([Group(name=name) for name in names], ignore_conflicts=True)
    groups = dict(Group.objects.filter(name__in=names).values_list("name", "pk"))
    permissions = [
        (pk, f"{app}.{codename}")
        for pk, app, codename in Permission.objects.values_list(
            "pk", "content_type__app_label", "codename"
        )
    ]
    held = Group.permissions.through
    held.objects.filter(group_id__in=groups.values()).delete()
    held.objects.bulk_create(
        held(group_id=groups[role.value], permission_id=pk)
        for role in STAFF_ROLES
        for pk, name in permissions
        if any(fnmatchcase(name, pattern) for pattern in ROLE_PERMISSIONS[role])
    )
