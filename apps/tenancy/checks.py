"""System checks: every model has a home, no relation crosses homes, and `default` is not behind a transaction
pooler."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.db.models import Model

from apps.tenancy.routers import Home, home_of

TRANSACTION_POOLER_PORTS = {"6543"}


@register("tenancy")
def check_homes(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Every model with a table has a home, and its relations stay in it."""
    found: list[CheckMessage] = []
    for model in apps.get_models(include_auto_created=True):
        home = home_of(model)
        if home is None:
            found.append(
                Error(
                    f"{model._meta.label} has no home.",
                    hint="Name its app in config/settings/homes.py.",
                    id="tenancy.E001",
                )
            )
        elif home is not Home.NONE:
            found.extend(_crossing_relations(model, home))
    return found


def _crossing_relations(model: type[Model], home: Home) -> Iterator[CheckMessage]:
    """Django does not detect a foreign key from PostgreSQL to MongoDB."""
    for field in model._meta.get_fields():
        related = getattr(field, "related_model", None)
        if not getattr(field, "concrete", False) or not isinstance(related, type):
            continue
        other = home_of(related)
        if other is Home.NONE:
            continue
        reachable = {home}
        if home in (Home.STORE, Home.PLATFORM):
            reachable.add(Home.SHARED)
        if other not in reachable:
            yield Error(
                f"{model._meta.label}.{field.name} points from home {home} to home {other}.",
                hint="Store a reference (`..._ref`) instead of a foreign key.",
                id="tenancy.E002",
            )


@register("tenancy")
def check_no_transaction_pooler(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Behind a transaction pooler a store can get another store's search path; only session mode is safe."""
    port = str(settings.DATABASES["default"].get("PORT", ""))
    if port not in TRANSACTION_POOLER_PORTS:
        return []
    return [
        Error(
            f"DATABASE_URL uses port {port}, a transaction pooler: stores could see each other's rows.",
            hint="Use the direct connection or the session pooler (port 5432).",
            id="tenancy.E003",
        )
    ]
