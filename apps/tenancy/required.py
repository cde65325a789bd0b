"""The tables and constraints a store's database must have, derived from the models."""

from functools import cache
from typing import Final

from django.apps import apps
from django.db.models import Model

from apps.tenancy.applied import MIGRATIONS_TABLE
from apps.tenancy.routers import Home, home_of

# Rows with the same meaning in every store, under ids of its own.
REFERENCE_TABLES: Final = ("django_content_type", "auth_permission")


@cache
def list_store_models() -> tuple[type[Model], ...]:
    """Every model with a table in a store's database, many-to-many tables included."""
    return tuple(
        model
        for model in apps.get_models(include_auto_created=True)
        if home_of(model) in (Home.STORE, Home.SHARED)
        and model._meta.managed
        and not model._meta.proxy
    )


@cache
def list_required_tables() -> frozenset[str]:
    """The tables a store needs, Django's list of migrations among them."""
    return frozenset(model._meta.db_table for model in list_store_models()) | {MIGRATIONS_TABLE}
