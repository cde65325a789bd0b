"""`make messages`: collect the texts in `locale/django.pot`, renew the catalogues, compile those that are whole.

make messages               renews what there is
make messages CATALOGUE=de  begins a catalogue
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.pofile import read_po

from config.run.checks import MANAGE, PROJECT_ROOT, environment
from config.run.debian import ensure_program
from config.run.terminal import problem, step

LOCALE = PROJECT_ROOT / "locale"
FOLDERS_WITHOUT_TEXTS = (".venv", ".local", "benchmarks", "findings", "tests", "tools")


def main(languages: list[str]) -> int:
    if not ensure_program("xgettext", title="gettext", package="gettext"):
        problem("gettext is not installed.", "Its program xgettext finds the texts.")
        return 1
    LOCALE.mkdir(exist_ok=True)
    wanted = [f"--locale={language}" for language in languages] or ["--all"]
    ignored = [f"--ignore={folder}" for folder in FOLDERS_WITHOUT_TEXTS]
    _manage("makemessages", "--keep-pot", "--no-wrap", "--add-location=file", *wanted, *ignored)
    _forget_the_date(LOCALE / "django.pot")
    for file in sorted(LOCALE.glob("*/LC_MESSAGES/django.po")):
        _compile(file)
    return 0


def _forget_the_date(file: Path) -> None:
    """Without it, two branches with the same texts have the same file."""
    lines = file.read_text("utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith('"POT-Creation-Date')]
    file.write_text("".join(kept), "utf-8")


def missing_texts(file: Path) -> list[str]:
    """The texts that a catalogue does not translate or marks as fuzzy."""
    with file.open("rb") as opened:
        catalogue = read_po(opened)
    return [
        str(message.id)
        for message in catalogue
        if message.id and (message.fuzzy or not all(_strings(message.string)))
    ]


def _strings(string: object) -> tuple[object, ...]:
    return string if isinstance(string, tuple) else (string,)


def _compile(file: Path) -> None:
    """Stores can use compiled languages only; the compiled file of an incomplete catalogue is deleted."""
    language, missing = file.parent.parent.name, missing_texts(file)
    if missing:
        file.with_suffix(".mo").unlink(missing_ok=True)
        step(f"{language}: {len(missing)} texts are missing, so no store uses it yet")
        return
    _manage("compilemessages", f"--locale={language}", "--ignore=.venv")
    step(f"{language}: whole and compiled")


def _manage(*arguments: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            (*MANAGE, *arguments), cwd=PROJECT_ROOT, env=environment("Messages", folder), check=True
        )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
