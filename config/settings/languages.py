"""The languages of texts: English, which is in the code, and every complete catalogue of `locale/`."""

from pathlib import Path

from babel import Locale


def complete_languages(folder: Path) -> list[tuple[str, str]]:
    """`[("en", "English"), ("de", "Deutsch")]`. `make messages` compiles a catalogue only when it is whole."""
    names = sorted(file.parent.parent.name for file in folder.glob("*/LC_MESSAGES/django.mo"))
    return [("en", "English")] + [
        (name.replace("_", "-").lower(), Locale.parse(name).get_display_name() or name)
        for name in names
        if name != "en"
    ]
