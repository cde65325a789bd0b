from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.platform.management.console import console_for
from apps.platform.tenancy.extracting import DIALECTS, extract_schema


class Command(BaseCommand):
    help = (
        "Print the SQL of every table, index and constraint a store needs, in an order that loads."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dialect", choices=DIALECTS, required=True)
        parser.add_argument("--output", metavar="FILE", type=Path, help="Write it to a file.")

    def handle(self, *args: Any, **options: Any) -> None:
        text = "\n".join(extract_schema(options["dialect"])) + "\n"
        output: Path | None = options["output"]
        if output is None:
            self.stdout.write(text, ending="")
            return
        try:
            output.write_text(text, encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{output} can't be written: {error.strerror}.") from None
        if options["verbosity"] > 0:
            count = text.count("CREATE TABLE")
            console_for(self.stdout).print(f"[green]{output}[/]: {count} tables")
