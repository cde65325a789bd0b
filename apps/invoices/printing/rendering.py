"""Renders a Typst template of this folder with values that are ready to print. The same values give the same bytes.

Fonts come from this folder only: which fonts a machine has must not change an invoice. Typst says nothing about a sign that
no font has, so `find_missing` looks for them in the list that the fonts were made with.
"""

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import typst

_FOLDER: Final = Path(__file__).parent
_FONTS: Final = _FOLDER / "fonts"


def render(template: str, values: Mapping[str, Any], *, logo: bytes | None = None) -> bytes:
    """The PDF file. `logo` is a PNG picture. Some ten milliseconds.

    The picture goes in as a list of numbers: it is in no file that a template could name.
    """
    inputs = {"values": json.dumps({**values, "logo": logo is not None}, ensure_ascii=False)}
    if logo is not None:
        inputs["logo"] = json.dumps(list(logo))
    return bytes(
        typst.compile(
            str(_FOLDER / template),
            root=str(_FOLDER),
            font_paths=_fonts(),
            sys_inputs=inputs,
            pdf_tags=False,
        )
    )


def find_missing(values: Any) -> str:
    """The signs that no font has, each once, in order."""
    covered = _coverage()
    found = dict.fromkeys(
        sign
        for text in _texts(values)
        for sign in text
        if ord(sign) not in covered and not sign.isspace()
    )
    return "".join(found)


def _texts(values: Any) -> Iterator[str]:
    if isinstance(values, str):
        yield values
    elif isinstance(values, Mapping):
        for each in values.values():
            yield from _texts(each)
    elif isinstance(values, (list, tuple)):
        for each in values:
            yield from _texts(each)


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    """Read once in a process."""
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(_FONTS)]
    )


@lru_cache(maxsize=1)
def _coverage() -> frozenset[int]:
    found: set[int] = set()
    for part in (_FONTS / "coverage.txt").read_text().split():
        first, _, last = part.partition("-")
        found.update(range(int(first, 16), int(last or first, 16) + 1))
    return frozenset(found)
