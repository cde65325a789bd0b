"""Customer groups and who is in them."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from apps.platform.auditing import audited, note
from apps.prices.errors import InvalidGroup
from apps.prices.models import CustomerGroup, GroupMember


def save_group(*, group: CustomerGroup) -> CustomerGroup:
    """Raises `InvalidGroup` for a name that another group has."""
    if CustomerGroup.objects.filter(name=group.name).exclude(pk=group.pk).exists():
        raise InvalidGroup(fields={"name": [gettext("Another group has this name.")]})
    verb = "created" if group._state.adding else "changed"
    with transaction.atomic(), audited(f"customer_group.{verb}", group):
        group.save()
    return group


def delete_group(*, group: CustomerGroup) -> None:
    """Raises `InvalidGroup` while a price list is for it."""
    if group.price_lists.exists():
        raise InvalidGroup(gettext("A price list is for this group. Delete or change it first."))
    with transaction.atomic(), audited("customer_group.deleted", group):
        group.delete()


def add_to_group(*, group: CustomerGroup, customer_ids: Collection[UUID]) -> int:
    """Put customers into the group; the number of those who were not in it. Repeatable."""
    with transaction.atomic():
        before = set(group.members.values_list("customer_id", flat=True))
        new = sorted(set(customer_ids) - before)
        GroupMember.objects.bulk_create(
            (GroupMember(group=group, customer_id=each) for each in new), ignore_conflicts=True
        )
        if new:
            note("customer_group.members_changed", group, after={"added": len(new)})
    return len(new)


def remove_from_group(*, group: CustomerGroup, customer_ids: Collection[UUID]) -> int:
    """Take customers out of the group; the number of those who were in it. Repeatable."""
    with transaction.atomic():
        gone, _by_model = group.members.filter(customer_id__in=list(customer_ids)).delete()
        if gone:
            note("customer_group.members_changed", group, after={"removed": gone})
    return gone


def set_members(*, group: CustomerGroup, customer_ids: Collection[UUID]) -> None:
    """Exactly these customers are in the group afterwards."""
    with transaction.atomic():
        before = set(group.members.values_list("customer_id", flat=True))
        remove_from_group(group=group, customer_ids=before - set(customer_ids))
        add_to_group(group=group, customer_ids=customer_ids)
