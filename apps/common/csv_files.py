"""Tables as people have them: CSV files of Excel, LibreOffice and other programs, read row by row in bounded memory.

Byte order marks, UTF-16, Windows-1252, commas, semicolons and tabs, `sep=;` lines, `="00123"` and empty lines are as those
programs write them. `write_row` writes what `read_rows` reads, and no cell that a spreadsheet would run as a formula
(`is_formula`; `xlsx_files.py` uses it, too).
"""

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import BinaryIO, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.common.errors import InvalidInput

MOST_COLUMNS: Final = 100
_SAMPLE: Final = 64 * 1024
_DELIMITERS: Final = (",", ";", "\t", "|")
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_FORMULA: Final = re.compile(r'^="(.*)"$', re.DOTALL)
_BEGINNINGS: Final = ("=", "+", "-", "\u2212", "@")
_BREAKS: Final = ("\t", "\r", "\n")
_BEGINNING: Final = 32  # characters that are looked at


class NotATable(InvalidInput):
    """The file can't be read as a table."""

    code = "not_a_table"
    title = _("This is not a CSV file that can be read.")


def read_rows(file: BinaryIO) -> Iterator[list[str]]:
    """The rows with something in them, the first one included. Raises `NotATable`, also after some rows."""
    sample = file.read(_SAMPLE)
    file.seek(0)
    if b"\0" in sample and not sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise _no_csv()
    encoding = _encoding_of(sample)
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    try:
        lines, delimiter = _skip_hint(text, sample.decode(encoding, errors="replace"))
        for row in csv.reader(lines, delimiter=delimiter):
            if len(row) > MOST_COLUMNS:
                raise NotATable(gettext("A row has more than %(most)s columns.") % {"most": MOST_COLUMNS})  # fmt: skip
            if any("\0" in cell for cell in row):
                raise _no_csv()
            cells = [_plain(cell) for cell in row]
            if any(cells):
                yield cells
    except UnicodeDecodeError:
        raise NotATable(
            gettext("The file changes its encoding in the middle. Save it as CSV, in UTF-8.")
        ) from None
    except csv.Error:
        raise NotATable(gettext("A quote in the file is never closed.")) from None
    finally:
        with suppress(ValueError):  # a reader that was left early, and its file is closed
            text.detach()


def write_row(cells: Iterable[object]) -> str:
    """A line for Excel and for `read_rows`. Numbers stay numbers, also below zero."""
    out = io.StringIO()
    csv.writer(out).writerow([_harmless(cell) for cell in cells])
    return out.getvalue()


def write_rows(rows: Iterable[Iterable[object]]) -> bytes:
    """A file of a few lines, in UTF-8."""
    return "".join(write_row(cells) for cells in rows).encode()


def is_formula(text: str) -> bool:
    """Whether a spreadsheet may run the text of a cell: it begins with a sign of a formula, in any width (`＝`, `＠`, `﹢`, `⁻`),
    also behind blanks, or with a tab or a line end."""
    if text.startswith(_BREAKS):
        return True
    begin = unicodedata.normalize("NFKC", text.lstrip()[:_BEGINNING])
    return begin.lstrip().startswith(_BEGINNINGS)


def _no_csv() -> NotATable:
    """A NUL is in no table, and databases can't keep it in a text."""
    return NotATable(gettext("This is no CSV file. Save the table as CSV, in UTF-8."))


def _encoding_of(sample: bytes) -> str:
    for mark, encoding in _MARKS:
        if sample.startswith(mark):
            return encoding
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _skip_hint(text: io.TextIOWrapper, sample: str) -> tuple[Iterable[str], str]:
    """Excel's first line `sep=;` names the delimiter; without one it is the most frequent of the first line."""
    first = sample.lstrip("\ufeff").splitlines()[0] if sample.strip("\ufeff\r\n ") else ""
    hint = re.fullmatch(r'"?sep=(.)"?', first.strip(), re.IGNORECASE)
    if hint is not None:
        next(text, None)
        return text, hint.group(1)
    head = next((line for line in sample.splitlines() if line.strip("\ufeff ,;\t|")), "")
    plain = re.sub(r'"[^"]*"', "", head)
    return text, max(_DELIMITERS, key=plain.count)


def _plain(cell: str) -> str:
    """Without Excel's ways to keep a text from being a number."""
    found = _FORMULA.match(cell.strip())
    plain = found.group(1).replace('""', '"') if found else cell.strip()
    return plain[1:] if plain.startswith("'") else plain


def _harmless(cell: object) -> object:
    """With an apostrophe where the text is a formula, or has one that `read_rows` would take for ours."""
    is_unsafe = isinstance(cell, str) and (cell.startswith("'") or is_formula(cell))
    return f"'{cell}" if is_unsafe else cell
