"""`manage.py write_docs`: the pages of `docs/` that follow from the code."""

from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from apps.common.management.command import OperatorCommand
from apps.diagnostics import data_homes, reference

PAGES: Final[dict[str, Callable[[], str]]] = {
    "docs/data-homes.md": data_homes.render_page,
    "docs/reference.md": reference.render_page,
}


class Command(OperatorCommand):
    help = "Write the pages of docs/ that follow from the code."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--check", action="store_true", help="Only compare. Exit code 1 if one differs."
        )

    def work(self, options: dict[str, Any]) -> None:
        rendered = {name: render() for name, render in PAGES.items()}
        old = [name for name, text in rendered.items() if _read(name) != text]
        self.outcome = {"changed": old}
        if options["check"] and old:
            raise CommandError(f"{', '.join(old)}: out of date. Run `manage.py write_docs`.")
        for name in old:
            (settings.BASE_DIR / name).write_text(rendered[name], encoding="utf-8")
            self.say(f"{name} is written.")
        if not old:
            self.say("Every page is up to date.")


def _read(name: str) -> str:
    path = settings.BASE_DIR / name
    return path.read_text(encoding="utf-8") if path.is_file() else ""
