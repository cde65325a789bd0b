"""Migrations of the documents databases: only the apps that hold documents, recorded in that database itself."""

from collections.abc import Callable
from typing import Any, cast

from django.apps import apps
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.migration import Migration

from apps.tenancy.documents.errors import translated_errors
from apps.tenancy.documents.models import DevelopmentDocumentHome, DocumentHome

HOMES: dict[str, type] = {
    DocumentHome.home: DocumentHome,
    DevelopmentDocumentHome.home: DevelopmentDocumentHome,
}


def list_document_apps(alias: str) -> list[str]:
    """Labels of the apps with documents in that database."""
    home = HOMES.get(alias, DocumentHome)  # a region's documents are production documents
    return sorted({one._meta.app_label for one in apps.get_models() if issubclass(one, home)})


class DocumentMigrations:
    """What one documents database still lacks, and the way to bring it up to date. Safe to repeat."""

    def __init__(self, alias: str, *, done: Callable[[Migration], None] | None = None) -> None:
        self.alias = alias
        self._done = done
        with translated_errors():
            connection: Any = connections[alias]  # one of `base.DatabaseWrapper`
            connection.unscoped_database.command("ping")
            self._executor: Any = MigrationExecutor(connection, cast(Any, self._progress))
        leaves = self._executor.loader.graph.leaf_nodes()
        labels = set(list_document_apps(alias))
        self._targets = [node for node in leaves if node[0] in labels]
        self.pending: list[Migration] = [
            migration for migration, _ in self._executor.migration_plan(self._targets)
        ]

    def apply(self) -> None:
        """An interrupted run is resumed: collections and indexes that exist are left as they are."""
        plan = self._executor.migration_plan(self._targets)
        if not plan:
            return
        with translated_errors():
            state = self._executor._create_project_state(with_applied_migrations=True)
            self._executor.migrate(self._targets, plan=plan, state=state.clone())

    def _progress(
        self, action: str, migration: Migration | None = None, fake: bool = False
    ) -> None:
        if action == "apply_success" and self._done is not None and migration is not None:
            self._done(migration)
