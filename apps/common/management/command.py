"""The base class of every command: an error is one sentence with exit code 1, `--json` prints JSON, `-v 0` prints
nothing."""

import json
from abc import abstractmethod
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.common.management.console import (
    Watcher,
    console_for,
    is_terminal,
    one_line_errors,
    quiet_log,
)


class OperatorCommand(BaseCommand):
    """`work()` does the work and puts the results for programs into `outcome`.

    With `--json`, stdout contains only `outcome`; after an error it contains the message as `error`, which is also on
    stderr.
    """

    requires_system_checks: list[str] = []
    outcome: Any
    # Exit code 1 for work that was done and found something bad: a database that is down, a target that does not fit.
    is_bad = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="Print the outcome for a program.")

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Django's, which raises `CommandError` for a wrong argument instead of printing the usage."""
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.called_from_command_line = False
        return parser

    def run_from_argv(self, argv: list[str]) -> None:
        """Django's, with one sentence for wrong arguments as well. Only errors and tracebacks of the log go to stderr,
        unless `-v 2` or `--traceback` is given: what a command does and refuses is what it prints itself."""
        try:
            with quiet_log(argv):
                super().run_from_argv(argv)
        except CommandError as error:
            if "--traceback" in argv:
                raise
            said = wrong_arguments(error, argv[1])
            if "--json" in argv:
                self.stdout.write(json.dumps({"error": said}, indent=2, ensure_ascii=False))
            self.stderr.write(f"CommandError: {said}")
            raise SystemExit(1) from None

    def handle(self, *args: Any, **options: Any) -> None:
        self.outcome, self.is_bad = {}, False
        self.console = console_for(self.stdout)
        self.as_json: bool = options["json"]
        self.quiet: bool = options["verbosity"] == 0 or self.as_json
        try:
            with one_line_errors():
                self.work(options)
        except CommandError as error:
            self._print(error=str(error))
            raise
        self._print()
        if self.is_bad:
            raise SystemExit(1)

    @abstractmethod
    def work(self, options: dict[str, Any]) -> None:
        """The work of the command. May raise domain errors and errors of databases and files."""

    def say(self, what: Any) -> None:
        """A line, or a table, for people."""
        if not self.quiet:
            self.console.print(what)

    def watching(self, title: str, *, lines: bool = True) -> Watcher:
        """Show how far the work in this block is."""
        return Watcher(title, self.console, quiet=self.quiet, bar=self.has_bars, lines=lines)

    @property
    def has_bars(self) -> bool:
        """Bars are for a person at a terminal."""
        return is_terminal(self.stdout) and not self.quiet

    def confirm(self, question: str, *, word: str, is_sure: bool, nothing: str) -> None:
        """Require a typed word before an irreversible step. `--yes` skips the question; a script must use it.

        Raises `CommandError`.
        """
        if is_sure:
            return
        if not is_terminal(self.stdout) or self.as_json:
            raise CommandError(f"This has to be confirmed: add --yes. {nothing}")
        self.console.print(f"[yellow]{question}[/]")
        if input(f"Type {word} to go on: ").strip() != word:
            raise CommandError(nothing)

    def _print(self, error: str = "") -> None:
        if not self.as_json:
            return
        outcome = self.outcome
        if error:
            known = outcome if isinstance(outcome, dict) else {}
            outcome = {**known, "error": error}
        self.stdout.write(json.dumps(outcome, indent=2, default=str, ensure_ascii=False))


def wrong_arguments(error: CommandError, name: str) -> str:
    """argparse's message as one sentence, and where the arguments are listed."""
    said = " ".join(str(error).removeprefix("Error: ").split()).rstrip(".")
    return f"{said[:1].upper()}{said[1:]}. `manage.py help {name}` lists the arguments."


def add_yes(parser: Any, what: str) -> None:
    parser.add_argument("--yes", action="store_true", help=f"Do not ask before {what}.")


def add_overwrite(parser: Any) -> None:
    parser.add_argument("--overwrite", action="store_true", help="Replace an existing file.")


def file_named(given: str | Path) -> Path:
    """The path of a file or of an existing folder. Raises `CommandError` for a missing folder, which `Path` would take
    for a file: it drops the slash at the end."""
    path = Path(given)
    if str(given).endswith(("/", "/.")) and not path.is_dir():
        raise CommandError(f"There is no folder {path}.")
    return path


def require_no_file(path: Path, options: dict[str, Any]) -> None:
    """Raise `CommandError` for an existing file without `--overwrite`."""
    if path.is_file() and not options["overwrite"]:
        raise CommandError(f"{path} exists already. Choose another name, or add --overwrite.")
