"""`manage.py extract_schema`: the SQL of a store's tables."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from apps.common.management.command import (
    OperatorCommand,
    add_overwrite,
    file_named,
    require_no_file,
)
from apps.placements.release.extracting import DIALECTS, extract_schema


class Command(OperatorCommand):
    help = (
        "Print the SQL of every table, index and constraint a store needs, in an order that loads."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--dialect", choices=DIALECTS, required=True)
        parser.add_argument("--output", metavar="FILE", help="Write it to a file.")
        add_overwrite(parser)

    def work(self, options: dict[str, Any]) -> None:
        output = file_named(options["output"]) if options["output"] else None
        if output is not None:
            require_no_file(output, options)
        text = "\n".join(extract_schema(options["dialect"])) + "\n"
        self.outcome = {"dialect": options["dialect"], "tables": text.count("CREATE TABLE")}
        if output is None and self.as_json:
            self.outcome["sql"] = text
        elif output is None:
            self.stdout.write(text, ending="")
        else:
            _write(output, text)
            self.outcome["file"] = str(output)
            self.say(f"[green]{output}[/]: {self.outcome['tables']} tables")


def _write(output: Path, text: str) -> None:
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{output} can't be written: {error.strerror}.") from None
