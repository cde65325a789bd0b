"""`manage.py reset_development_documents`: deletes all documents of development integrations, of all stores."""

from typing import Any

from django.core.management.base import CommandParser

from apps.common.management.command import OperatorCommand, add_yes
from apps.provisioning.services.development_documents import (
    list_development_models,
    require_separate_development,
    reset_development_documents,
)


class Command(OperatorCommand):
    help = (
        "Delete the documents of development integrations of all stores. Production can't be reached: while "
        "MONGODB_DEV_URI is not set, the command refuses. Exit code 1 when refused or not confirmed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        add_yes(parser, "deleting")
        parser.add_argument(
            "--dry-run", action="store_true", help="Only say what would be emptied."
        )

    def work(self, options: dict[str, Any]) -> None:
        name = require_separate_development()
        tables = [model._meta.db_table for model in list_development_models()]
        self.outcome = {"database": name, "collections": tables}
        self.say(f"Collections of {name}: {', '.join(tables) or 'none'}")
        if options["dry_run"]:
            return
        question, nothing = f"All documents of {name} are deleted.", "Nothing was deleted."
        self.confirm(question, word=name, is_sure=options["yes"], nothing=nothing)
        self.outcome["deleted"] = counts = reset_development_documents()
        for table, count in counts.items():
            self.say(f"[bold]{table}[/]: {count} deleted")
        self.say("[green]The development documents are empty.[/]")
