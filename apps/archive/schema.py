"""Which tables an archive carries, in which order, and under which migrations they were made."""

from collections.abc import Iterable
from functools import cache
from typing import Any, Final

from django.apps import apps
from django.apps.registry import Apps
from django.db.migrations.loader import MigrationLoader
from django.db.models import Model
from django.utils.translation import gettext

from apps.archive.errors import ArchiveNotFitting
from apps.tenancy.aliases import DOCUMENTS, DOCUMENTS_DEV
from apps.tenancy.applied import read_applied
from apps.tenancy.documents.discovery import import_documents
from apps.tenancy.documents.models import DevelopmentDocument, Document
from apps.tenancy.required import REFERENCE_TABLES
from apps.tenancy.routers import DEFAULT, Home, home_of

# The master's tables that every installation fills by itself.
NOT_KEPT: Final = ("django_session", "platform_storetemplate")


def list_master_tables() -> list[type[Model]]:
    """The models with a table in the master database, those that are referred to first."""
    found = {
        model._meta.db_table: model
        for model in apps.get_models(include_auto_created=True)
        if home_of(model) in (Home.PLATFORM, Home.SHARED)
        and not model._meta.proxy
        and model._meta.db_table not in NOT_KEPT
    }
    return _in_order(found)


def list_tables(registry: Apps = apps) -> list[type[Model]]:
    """The models with a table in every store, those that are referred to before those that refer. A model with `travels
    = False` is left out: its rows describe the place, not the store."""
    found = {
        model._meta.db_table: model
        for model in registry.get_models(include_auto_created=True)
        if home_of(model) in (Home.STORE, Home.SHARED)
        and model._meta.managed
        and not model._meta.proxy
        and getattr(_live(model), "travels", True)
    }
    return _in_order(found)


def _live(model: type[Model]) -> type[Model]:
    """Historical models lack the attributes of the class, so the class in the code is read."""
    try:
        return apps.get_model(model._meta.app_label, model._meta.model_name or "")
    except LookupError:
        return model


def _in_order(tables: dict[str, type[Model]]) -> list[type[Model]]:
    ordered: dict[str, type[Model]] = {}

    def visit(name: str, above: frozenset[str]) -> None:
        if name in ordered or name in above or name not in tables:
            return
        for field in tables[name]._meta.concrete_fields:
            if field.remote_field is not None:
                visit(field.remote_field.model._meta.db_table, above | {name})
        ordered[name] = tables[name]

    for name in sorted(tables, key=lambda table: (table not in REFERENCE_TABLES, table)):
        visit(name, frozenset())
    return list(ordered.values())


def list_collections(alias: str) -> list[type[Model]]:
    """The documents of one database: `documents` or `documents_dev`."""
    import_documents()
    base = {DOCUMENTS: Document, DOCUMENTS_DEV: DevelopmentDocument}[alias]
    models = [model for model in apps.get_models() if issubclass(model, base)]
    return sorted(models, key=lambda model: model._meta.db_table)


def list_applied(alias: str = DEFAULT) -> list[str]:
    """The migrations recorded in a database, as `app.name`."""
    return sorted(".".join(node) for node in read_applied(alias))


def list_known() -> frozenset[str]:
    """Every migration in the code."""
    return frozenset(".".join(node) for node in _loader().disk_migrations or ())


def require_known(migrations: Iterable[str]) -> None:
    """Raise `ArchiveNotFitting` for migrations that this installation does not have."""
    unknown = sorted(set(migrations) - list_known())
    if unknown:
        shown = ", ".join(unknown[:3])
        raise ArchiveNotFitting(
            gettext(
                "The archive was written by other code: it has migrations unknown here (%(shown)s). "
                "Upgrade this installation first."
            )
            % {"shown": shown}
        )


def targets_of(migrations: Iterable[str]) -> list[tuple[str, str]]:
    """The last migration of every app, as Django's executor takes them."""
    nodes = {_node(name) for name in migrations} & set(_loader().graph.nodes)
    children = _loader().graph.node_map
    return sorted(
        node
        for node in nodes
        if not any(
            child.key in nodes and child.key[0] == node[0] for child in children[node].children
        )
    )


def models_at(migrations: Iterable[str]) -> Apps:
    """The models in the state of exactly these migrations; the code's models if these are all migrations."""
    have = set(migrations)
    if list_known() <= have:
        return apps
    state: Any = _loader().project_state(targets_of(have))
    historical: Apps = state.apps
    return historical


def _node(name: str) -> tuple[str, str]:
    app, _, migration = name.partition(".")
    return app, migration


@cache
def _loader() -> MigrationLoader:
    return MigrationLoader(None)
