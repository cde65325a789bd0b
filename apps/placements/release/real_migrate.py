"""Django's migrate inside the active store, on any database, with callbacks.

Works like the command `migrate`, except that content types and permissions get the template's ids. With ids of Django's
choice, the process-wide cache of content types would be wrong for other stores.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from django.apps import apps
from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal
from django.db import connections
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ModelState, ProjectState
from django.utils.module_loading import module_has_submodule

from apps.placements.release.reference import Reference, insert_reference
from apps.tenancy.applied import Node
from apps.tenancy.routers import DEFAULT


def run_migrations(
    *,
    reference: Reference | None = None,
    planned: Callable[[list[Migration]], None] = lambda plan: None,
    done: Callable[[Node], None] = lambda node: None,
    migrated: Callable[[], None] = lambda: None,
) -> list[Node]:
    """Apply what is missing in the active store's database and return it, in order.

    `planned` is called with the plan, `done` with each finished migration, `migrated` before Django writes its own rows
    (content types, permissions).
    """
    for config in apps.get_app_configs():
        if config.module is not None and module_has_submodule(config.module, "management"):
            import_module(".management", config.name)  # registers the signals' receivers
    connection = connections[DEFAULT]
    applied: list[Node] = []

    def progress(action: str, migration: Any = None, *_fake: Any) -> None:
        if action == "apply_success" and migration is not None:
            applied.append((migration.app_label, migration.name))
            done(applied[-1])

    report: Any = progress
    executor: Any = MigrationExecutor(connection, report)
    executor.loader.check_consistent_history(connection)
    targets = executor.loader.graph.leaf_nodes()
    plan = executor.migration_plan(targets)
    before = executor._create_project_state(with_applied_migrations=True)
    signal: dict[str, Any] = {
        "verbosity": 0,
        "interactive": False,
        "db": connection.alias,
        "plan": plan,
    }
    emit_pre_migrate_signal(apps=before.apps, **signal)
    planned([migration for migration, _backwards in plan])
    after = executor.migrate(targets, plan=plan, state=before.clone())
    migrated()
    if reference is not None:
        insert_reference(reference)
    emit_post_migrate_signal(apps=complete_models(after), **signal)
    return applied


def complete_models(state: ProjectState) -> Any:
    """The models of that state for the signals, those of apps without migrations with their relations."""
    state.clear_delayed_apps_cache()
    rendered = state.apps
    with rendered.bulk_update():
        keys = [(model.app_label, model.name_lower) for model in rendered.real_models]
        for key in keys:
            rendered.unregister_model(*key)
    rendered.render_multiple([ModelState.from_model(apps.get_model(*key)) for key in keys])
    return rendered
