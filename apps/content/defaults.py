"""What a new store starts with: a theme in the house's colours, ready to be changed in its admin."""

from apps.content.models import Theme
from apps.platform.tenancy.context import ActiveStore


def seed_store(store: ActiveStore) -> None:
    """One row; a theme that is there is left alone."""
    Theme.objects.bulk_create([Theme(key="store")], ignore_conflicts=True)
