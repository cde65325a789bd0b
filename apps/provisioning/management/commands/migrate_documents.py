"""`manage.py migrate_documents`: collections and indexes of the documents databases."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import DatabaseError, ProgrammingError
from django.db.migrations.migration import Migration
from pymongo.errors import PyMongoError

from apps.common.management.command import OperatorCommand
from apps.common.management.console import explain
from apps.platform.auditing import note
from apps.platform.models import Store
from apps.platform.selectors import list_stores_with_documents
from apps.tenancy.aliases import DOCUMENTS
from apps.tenancy.clusters import list_documents_aliases
from apps.tenancy.context import NoActiveStore, use_store
from apps.tenancy.documents.migrating import DocumentMigrations


class Command(OperatorCommand):
    help = "Bring the documents databases up to date. Repeatable; does nothing when nothing is missing."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--dry-run", "--plan", action="store_true", help="Only show what would be done."
        )
        parser.add_argument("--database", choices=_aliases(), help="Only this database.")

    def work(self, options: dict[str, Any]) -> None:
        self.outcome = {"databases": {}}
        run = partial(self._bring_up_to_date, only_plan=options["dry_run"])
        if options["database"]:
            failed = self._try(options["database"], partial(run, options["database"]))
        else:
            failed = [
                line for alias in _aliases() for line in self._try(alias, partial(run, alias))
            ]
            failed += self._of_stores(run)
        if failed:
            again = "" if len(failed) == 1 else " Run it again."
            raise CommandError(f"{'; '.join(failed)}.{again}")

    def _of_stores(self, run: Callable[..., None]) -> list[str]:
        """In the MongoDBs of merchants."""
        failed = []
        for store in _stores_with_documents():
            title = f"documents of {store.slug}"
            with use_store(store):
                failed += self._try(title, partial(run, DOCUMENTS, title=title))
        return failed

    def _try(self, title: str, run: Callable[[], None]) -> list[str]:
        """A server that does not answer does not stop the others; it is reported at the end."""
        try:
            run()
        except NoActiveStore as error:
            return [f"{title}: {str(error).rstrip('.')}"]
        except (DatabaseError, PyMongoError) as error:
            return [f"{title}: {explain(error).rstrip('.')}"]
        return []

    def _bring_up_to_date(self, alias: str, *, only_plan: bool, title: str = "") -> None:
        def tell(state: str, migration: Migration) -> None:
            self.say(f"  {state} {migration}")

        migrations = DocumentMigrations(alias, done=partial(tell, "[green]applied[/]"))
        count = len(migrations.pending)
        self.outcome["databases"][title or alias] = [str(one) for one in migrations.pending]
        self.say(f"[bold]{title or alias}[/]: {f'{count} to apply' if count else 'up to date'}")
        if not only_plan:
            migrations.apply()
            if count:
                note("documents.migrated", title or alias, after={"applied": count})
            return
        for migration in migrations.pending:
            tell("[yellow]pending[/]", migration)


def _stores_with_documents() -> list[Store]:
    """None before the master database has its tables: on a fresh installation the documents may be migrated first."""
    try:
        return list(list_stores_with_documents())
    except ProgrammingError:
        return []


def _aliases() -> list[str]:
    return [*list_documents_aliases(), "documents_dev"]
