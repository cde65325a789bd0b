"""What staff type to find a person or a thing, compared with names, e-mail addresses, titles and phone numbers.

One comparison for all searches: every word that was typed begins a word of the row, in the folded form of `words_of`
(`muller` finds `Müller`, `ＬＡＫＳＨＭＩ` finds `Lakshmi`), or the digits are a part of a phone number in any format. It is done in memory
with the latest `RECENT` rows, for no index finds a folded word on PostgreSQL and MariaDB alike, and a scan of a table would
grow with the store.
"""

from collections.abc import Iterable
from contextlib import suppress
from typing import Final

from apps.common.addresses import NotPhone, clean_phone
from apps.common.text import NotText, ascii_digits, has_letter, words_of

RECENT: Final = 5000
MOST: Final = 1000  # rows that a search finds, the latest
_LEAST_DIGITS: Final = 4


class FoldedWords(dict[str, str]):
    """The folded words of texts with a space before each, computed once per text, because names and titles repeat."""

    def __missing__(self, text: str) -> str:
        self[text] = "".join(f" {word}" for word in words_of(text))
        return self[text]

    def of(self, texts: Iterable[str]) -> str:
        return "".join(self[text] for text in texts)


class Sought:
    """One search. `line` is a clean line; a phone number without `+` is of `country`."""

    def __init__(self, line: str, country: str = "") -> None:
        self._words = words_of(line)
        self._digits = _digits_of(line, country)

    @property
    def is_empty(self) -> bool:
        return not (self._words or self._digits)

    def fits(self, words: str, phones: Iterable[str] = ()) -> bool:
        """`words` are those of `FoldedWords`."""
        if self._words and all(f" {word}" in words for word in self._words):
            return True
        return bool(self._digits) and any(
            self._digits in phone.partition(";")[0] for phone in phones
        )


def _digits_of(line: str, country: str) -> str:
    """The common form of all spellings of a phone number; empty for other text."""
    if any(has_letter(one) and not one.isdecimal() for one in line):
        return ""
    with suppress(NotPhone, NotText):  # it may be a part of one
        line = clean_phone(line, country).partition(";")[0]
    digits = "".join(one for one in ascii_digits(line) if one.isdecimal()).lstrip("0")
    return digits if len(digits) >= _LEAST_DIGITS else ""
