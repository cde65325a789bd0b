"""Renders a Typst template of this folder with values that are ready to print. The same values give the same bytes.

Fonts come from this folder only: which fonts a machine has must not change an invoice. Typst says nothing about a sign that
no font has, so `find_missing` looks for them in the list that the fonts were made with.

Typst starts threads with its first file. A fork has none of them and would wait for ever, so a process that was forked
after that renders in a new one: `python -m apps.invoices.printing.rendering`, inputs as JSON in, PDF out.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import typst

_FOLDER: Final = Path(__file__).parent
_FONTS: Final = _FOLDER / "fonts"
_SECONDS_APART: Final = 60


def render(template: str, values: Mapping[str, Any], *, logo: bytes | None = None) -> bytes:
    """The PDF file. `logo` is a PNG picture. Some ten milliseconds.

    The picture goes in as a list of numbers: it is in no file that a template could name.
    """
    inputs = {"values": json.dumps({**values, "logo": logo is not None}, ensure_ascii=False)}
    if logo is not None:
        inputs["logo"] = json.dumps(list(logo))
    if os.getpid() != _process_of_threads():
        return _compile_apart(template, inputs)
    return _compile(template, inputs)


@lru_cache(maxsize=1)
def _process_of_threads() -> int:
    """The process that rendered first: this one, or one that it was forked from."""
    return os.getpid()


def _compile_apart(template: str, inputs: Mapping[str, str]) -> bytes:
    run = subprocess.run(
        [sys.executable, "-m", __name__, template],
        input=json.dumps(inputs).encode(),
        cwd=_FOLDER.parents[2],
        capture_output=True,
        timeout=_SECONDS_APART,
        check=True,
    )
    return run.stdout


def _compile(template: str, inputs: Mapping[str, str]) -> bytes:
    return bytes(
        typst.compile(
            str(_FOLDER / template),
            root=str(_FOLDER),
            font_paths=_fonts(),
            sys_inputs=dict(inputs),
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


if __name__ == "__main__":
    sys.stdout.buffer.write(_compile(sys.argv[1], json.load(sys.stdin)))
