"""Changes of what the registry knows of a store: its row and its hosts."""

from collections.abc import Mapping
from typing import Annotated

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils.translation import gettext

from apps.common.errors import Conflict, InvalidInput
from apps.common.typed_text import Host, cleans_text
from apps.platform import selectors
from apps.platform.auditing import audited, facts_of, note
from apps.platform.errors import HostTaken, SlugTaken
from apps.platform.models import (
    Domain,
    Store,
)
from apps.tenancy.routers import PLATFORM


def save_store(store: Store, *, update_fields: list[str] | None = None) -> Store:
    """Save what a person edited (name, theme, owner, plan, ...). Save a form of the admin; every process clears its
    cached addresses."""
    with transaction.atomic(using=PLATFORM):
        if update_fields is not None:
            update_fields = [*update_fields, "updated_at"]
        with audited("store.changed", store):
            store.save(update_fields=update_fields)
        forget_addresses_on_commit()
    return store


def forget_addresses_on_commit() -> None:
    """After the commit, make every process look stores and domains up again."""
    transaction.on_commit(selectors.forget_addresses, using=PLATFORM)


@cleans_text
def add_domain(
    *, store: Store, host: Annotated[str, Host(required=True)], is_primary: bool = False
) -> Domain:
    """Let the store answer on one more host. Raises `HostTaken` when another store has it."""
    domain = Domain(domain=host, tenant=store)
    validate_row(domain, exclude={"tenant"}, rename={"domain": "host"})
    try:
        with transaction.atomic(using=PLATFORM):
            Store.objects.select_for_update().get(pk=store.pk)
            others = Domain.objects.filter(tenant=store, is_primary=True)
            domain.is_primary = is_primary or not others.exists()
            if domain.is_primary:
                others.update(is_primary=False)
            domain.save(force_insert=True)
            note("store.host_added", store, after=facts_of(domain))
            forget_addresses_on_commit()
    except IntegrityError as error:
        raise taken_name(error) from None
    return domain


def remove_domain(*, domain: Domain) -> None:
    """Stop answering on a host. The primary one stays until another takes its place."""
    if domain.is_primary:
        raise Conflict(
            gettext("The primary host can't be removed. Make another one primary first.")
        )
    with transaction.atomic(using=PLATFORM):
        note("store.host_removed", domain.tenant, before=facts_of(domain))
        domain.delete()
        forget_addresses_on_commit()


def validate_row(row: Model, *, exclude: set[str], rename: Mapping[str, str] | None = None) -> None:
    """Django's own validators, answered in our way. The database checks uniqueness, see `taken_name`."""
    try:
        row.full_clean(
            exclude=exclude | {"owner", "plan"}, validate_unique=False, validate_constraints=False
        )
    except ValidationError as error:
        names = rename or {}
        fields = {names.get(name, name): list(found) for name, found in error.message_dict.items()}
        raise InvalidInput(fields=fields) from None


def taken_name(error: IntegrityError) -> SlugTaken | HostTaken:
    """Which of the two was faster elsewhere."""
    if "domain" in str(error):
        return HostTaken(fields={"host": [str(HostTaken.title)]})
    if "slug" in str(error):
        return SlugTaken(fields={"slug": [str(SlugTaken.title)]})
    raise error
