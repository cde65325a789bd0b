"""The registry's rows of a store, the part of an archive that a new installation starts from."""

from collections.abc import Iterator
from typing import Any, Final

from django.core import serializers
from django.db.models import Model

from apps.archive.values import normalise
from apps.platform.crypto import Sealed
from apps.platform.models import Domain, IntegrationConfig, Store, Subscription
from apps.tenancy.context import outside_store

ROWS: Final[tuple[tuple[type[Model], str], ...]] = (
    (Store, "id"),
    (Domain, "tenant_id"),
    (Subscription, "store_id"),
)
CREDENTIALS: Final = "platform_integrationconfig"


def iterate_facts(store: Store, *, with_credentials: bool) -> Iterator[tuple[str, dict[str, Any]]]:
    """Table and row: the store, its hosts, its subscriptions, the code of its plan. `with_credentials` adds decrypted
    credentials, for an encrypted archive only."""
    with outside_store():
        for model, column in ROWS:
            for row in model._base_manager.filter(**{column: store.id}):
                yield model._meta.db_table, _values(row)
        yield "platform_plan", {"code": store.plan.code}
        if with_credentials:
            for config in IntegrationConfig.objects.filter(store=store):
                yield CREDENTIALS, {**_values(config), "config": dict(config.config)}


def restore_credentials(store: Store, rows: list[dict[str, Any]]) -> int:
    """Restore the credentials of an encrypted archive, except those of databases, because the place is different."""
    count = 0
    with outside_store():
        for row in rows:
            if row["kind"] in (IntegrationConfig.DATABASE, IntegrationConfig.DOCUMENTS):
                continue
            IntegrationConfig.objects.update_or_create(
                store=store,
                kind=row["kind"],
                environment=row["environment"],
                defaults={"config": Sealed(row["config"]), "is_active": row["is_active"]},
            )
            count += 1
    return count


def _values(row: Model) -> dict[str, Any]:
    [found] = serializers.serialize("python", [row])
    hidden = {"config", "password", "token"}
    fields = {name: value for name, value in found["fields"].items() if name not in hidden}
    return {"id": str(found["pk"]), **{name: normalise(value) for name, value in fields.items()}}
