"""`manage.py`, as an operator sees it: our commands first, and no traceback for a server that is down.

Django's own commands know one database. Misleading commands of Django answer with the command to use instead. Only what
is typed comes through here; `call_command` in code gets Django's commands as they are.
"""

import sys
from collections.abc import Sequence
from typing import Any, Final

from django.core.management import ManagementUtility, get_commands
from django.core.management.base import BaseCommand
from django.core.management.color import color_style
from django.db import InterfaceError, OperationalError, ProgrammingError
from pymongo.errors import ConnectionFailure
from redis.exceptions import RedisError

from apps.common.errors import DomainError
from apps.common.management.console import describe, what_a_server_said
from apps.tenancy.context import NoActiveStore

GROUPS: Final = {
    "Stores": (
        "list_stores",
        "provision_store",
        "create_login",
        "change_plan",
        "suspend_store",
        "reinstate_store",
        "move_store",
        "branch_store",
        "delete_store",
    ),
    "Databases": ("databases", "check_connection", "check_ledger", "extract_schema"),
    "Upgrading, in this order": (
        "migrate_platform",
        "migrate_documents",
        "build_template",
        "migrate_stores",
    ),
    "Backups": (
        "backup_store",
        "restore_store",
        "backup_platform",
        "restore_platform",
        "verify_backup",
    ),
    "More": (
        "services",
        "load_demo",
        "write_docs",
        "rotate_credentials_key",
        "reset_development_documents",
    ),
}
INSTEAD: Final = {
    "migrate": (
        "Every home of data is migrated by a command of its own: migrate_platform, migrate_documents, build_template, "
        "migrate_stores, in this order."
    ),
    "showmigrations": (
        "Every home of data has its own list: migrate_platform --dry-run, migrate_documents --dry-run and "
        "migrate_stores --dry-run say what is new in each."
    ),
}
NO_STORE: Final = (
    "This command of Django's own does not know which store is meant. Use `manage.py shell` and "
    "`with use_store(get_store(SLUG)):`."
)
DOWN: Final = (OperationalError, InterfaceError, ProgrammingError, ConnectionFailure, RedisError)


class Utility(ManagementUtility):
    def execute(self) -> None:
        try:
            super().execute()
        except (*DOWN, NoActiveStore, DomainError) as error:
            if "--traceback" in self.argv:
                raise
            self._end(_sentence(error))

    def fetch_command(self, subcommand: str) -> BaseCommand:
        if subcommand in INSTEAD and not {"-h", "--help"} & set(self.argv):
            self._end(INSTEAD[subcommand])
        command: Any = super().fetch_command(subcommand)
        if command.requires_migrations_checks or subcommand == "runserver":
            command.check_migrations = lambda: _warn_of_pending(command)
        return command  # type: ignore[no-any-return]  # patched above

    def main_help_text(self, commands_only: bool = False) -> str:
        """Our commands with a line each, then the names of Django's."""
        if commands_only:
            return super().main_help_text(commands_only)
        known, style = get_commands(), color_style()
        lines = [f"Type '{self.prog_name} help COMMAND' for one of them.", ""]
        for title, names in GROUPS.items():
            lines.append(style.NOTICE(title))
            lines += [
                f"    {name:28}{self._first_sentence(name)}" for name in names if name in known
            ]
            lines.append("")
        ours = {name for names in GROUPS.values() for name in names}
        others = sorted(set(known) - ours - set(INSTEAD))
        lines += [style.NOTICE("Django's own"), *_wrapped(others)]
        if self.settings_exception is not None:
            lines.append(style.ERROR(f"The settings can't be read: {self.settings_exception}"))
        return "\n".join(lines)

    def _first_sentence(self, name: str) -> str:
        text = str(super().fetch_command(name).help).split(". ")[0].rstrip(".")
        return text if len(text) <= 90 else f"{text[:87]}..."

    def _end(self, sentence: str) -> None:
        sys.stderr.write(f"{color_style().ERROR(f'CommandError: {sentence}')}\n")
        sys.exit(1)


def run(arguments: Sequence[str]) -> None:
    Utility(list(arguments)).execute()


def _sentence(error: Exception) -> str:
    if isinstance(error, NoActiveStore):
        return NO_STORE
    if isinstance(error, DomainError):
        return describe(error)
    return what_a_server_said(error)


def _warn_of_pending(command: BaseCommand) -> None:
    """What Django says of the wrong list, said of the right one."""
    from apps.provisioning.services.master import (
        list_pending_migrations,  # models: the settings are read by now
    )

    if count := len(list_pending_migrations()):
        command.stdout.write(
            command.style.NOTICE(
                f"The master database lacks {count} migration{'' if count == 1 else 's'}: manage.py migrate_platform\n"
            )
        )


def _wrapped(names: list[str]) -> list[str]:
    lines, line = [], "   "
    for name in names:
        if len(line) + len(name) > 100:
            lines.append(line)
            line = "   "
        line += f" {name}"
    return [*lines, line]
