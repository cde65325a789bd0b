"""Every template compiles: a tag, a filter or a library that does not exist is found without its page."""

from pathlib import Path

from django.conf import settings
from django.template.loader import get_template

FOLDER = Path(settings.BASE_DIR) / "templates"
NAMES = sorted(
    path.relative_to(FOLDER).as_posix()
    for path in FOLDER.rglob("*")
    if path.suffix in {".html", ".txt"}
)


def test_each_compiles() -> None:
    faults = {}
    for name in NAMES:
        try:
            get_template(name)
        except Exception as error:
            faults[name] = error
    assert faults == {}


def test_there_are_templates() -> None:
    assert len(NAMES) > 50
