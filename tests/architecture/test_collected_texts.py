"""`locale/django.pot` has the texts of code and templates: translators see what is new. `make messages` renews it."""

import re
from collections.abc import Iterator
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[2]
# Function and the places of context, text and plural among its arguments.
MARKS: dict[str, Any] = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
# A call in what Django makes of a template; a string may hold brackets.
MARKED = re.compile(
    r"""\b(?:_|n?p?gettext)\((?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|[^'"()])*\)""", re.DOTALL
)

Text = tuple[str | None, str]


def _texts(code: str) -> Iterator[Text]:
    for _line, text, _comments, context in extract("python", BytesIO(code.encode()), MARKS):
        yield context, text if isinstance(text, str) else text[0]


def _written() -> Iterator[tuple[Text, str]]:
    for folder in ("apps", "config"):
        for path in (ROOT / folder).rglob("*.py"):
            yield from ((text, str(path)) for text in _texts(path.read_text("utf-8")))
    for path in (ROOT / "templates").rglob("*.*"):
        if path.suffix in (".html", ".txt"):
            code = "\n".join(MARKED.findall(templatize(path.read_text("utf-8"))))
            yield from ((text, str(path)) for text in _texts(code))


def _collected() -> set[Text]:
    # Babel can't read the header, whose number of plurals is not known before there is a language
    body = (ROOT / "locale/django.pot").read_text("utf-8").split("\n\n", 1)[1]
    return {
        (message.context, message.id if isinstance(message.id, str) else message.id[0])
        for message in read_po(StringIO(body))
        if message.id
    }


def test_every_text_is_collected_and_nothing_else() -> None:
    written, collected = dict(_written()), _collected()
    assert len(written) > 2_000
    assert {text: path for text, path in written.items() if text not in collected} == {}
    assert collected - written.keys() == set()
