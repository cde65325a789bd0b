"""Saving a store's row in the registry, and what is checked before a row of it is written."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import Model

from apps.common.errors import InvalidInput
from apps.platform import selectors
from apps.platform.auditing import audited
from apps.platform.errors import HostTaken, SlugTaken
from apps.platform.models import Store
from apps.tenancy.transactions import atomic_on_platform, on_commit_on_platform


def save_store(store: Store, *, update_fields: list[str] | None = None) -> Store:
    """Save what a person edited (name, theme, owner, plan, ...). Save a form of the admin; every process clears its
    cached addresses."""
    with atomic_on_platform():
        if update_fields is not None:
            update_fields = [*update_fields, "updated_at"]
        with audited("store.changed", store):
            store.save(update_fields=update_fields)
        forget_addresses_on_commit()
    return store


def forget_addresses_on_commit() -> None:
    """After the commit, make every process look stores and domains up again."""
    on_commit_on_platform(selectors.forget_addresses)


def validate_row(row: Model, *, exclude: set[str], rename: Mapping[str, str] | None = None) -> None:
    """Django's validators with Polystore's error. The database checks uniqueness, see `taken_name`."""
    try:
        row.full_clean(
            exclude=exclude | {"owner", "plan"}, validate_unique=False, validate_constraints=False
        )
    except ValidationError as error:
        names = rename or {}
        fields = {names.get(name, name): list(found) for name, found in error.message_dict.items()}
        raise InvalidInput(fields=fields) from None


def taken_name(error: IntegrityError) -> SlugTaken | HostTaken:
    """The field that another request took first."""
    if "domain" in str(error):
        return HostTaken(fields={"host": [str(HostTaken.title)]})
    if "slug" in str(error):
        return SlugTaken(fields={"slug": [str(SlugTaken.title)]})
    raise error
