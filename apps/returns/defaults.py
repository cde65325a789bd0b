"""Defaults of a store: its rules for returns, and a first list of reasons."""

from django.utils.translation import gettext

from apps.platform.seeding import seeds
from apps.returns.models import ReturnReason, ReturnSettings
from apps.tenancy.context import ActiveStore


@seeds
def seed_store(store: ActiveStore) -> None:
    """What staff changed stays; reasons are added to an empty list only."""
    ReturnSettings.objects.bulk_create([ReturnSettings()], ignore_conflicts=True)
    if not ReturnReason.objects.exists():
        ReturnReason.objects.bulk_create(_reasons(), ignore_conflicts=True)


def _reasons() -> list[ReturnReason]:
    rows = (
        (gettext("It does not fit or suit me"), False, False),
        (gettext("I changed my mind"), False, False),
        (gettext("It is broken or faulty"), True, True),
        (gettext("It is not what I ordered"), True, True),
        (gettext("It is not as described"), True, False),
    )
    return [
        ReturnReason(name=name, is_our_fault=fault, needs_photo=photo, position=place)
        for place, (name, fault, photo) in enumerate(rows)
    ]
