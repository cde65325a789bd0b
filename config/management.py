"""`manage.py COMMAND`, as an operator sees it: no traceback for a server that is down.

Django's own commands know one database. Misleading commands of Django answer with the command to use instead. Only what
is typed comes through here; `call_command` in code gets Django's commands as they are.
"""

import sys
from collections.abc import Sequence
from typing import Any, Final

from django.core.management import ManagementUtility
from django.core.management.base import BaseCommand
from django.core.management.color import color_style
from django.db import InterfaceError, OperationalError, ProgrammingError
from pymongo.errors import ConnectionFailure
from redis.exceptions import RedisError

from apps.common.errors import DomainError
from apps.common.management.console import describe, what_a_server_said
from apps.tenancy.context import NoActiveStore
from config.overview import INSTEAD, make_overview

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
        return super().main_help_text(commands_only) if commands_only else make_overview()

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
    """Django's message about the wrong list, corrected for the right list."""
    from apps.provisioning.services.master import (
        list_pending_migrations,  # models: the settings are read by now
    )

    if count := len(list_pending_migrations()):
        command.stdout.write(
            command.style.NOTICE(
                f"The master database lacks {count} migration{'' if count == 1 else 's'}: manage.py migrate_platform\n"
            )
        )
