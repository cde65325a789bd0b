"""Text as people type it: one normal form when it is written, one when it is compared.

Every door uses these functions: pages, API, admin, commands, documents, mails, file names.

- `clean_line`   names, titles, streets: one line, NFC.
- `clean_block`  descriptions, notes: several lines, NFC.
- `clean_code`   SKUs, postal codes, coupon codes, references: NFKC, ASCII digits, ASCII hyphens.
- `fold`         what is compared or sorted: NFKC, case folded, without accents, joiners and foreign digits.
- `fold_code`    a code compared without case.
- `words_of`     the folded words of a text, for search.

Joiners (U+200C, U+200D) are part of the spelling of Indic and Persian words and of emoji; they are kept there and
dropped elsewhere. Ideographic variation selectors are kept behind their character. Every kind of space is one
space. Soft hyphens, bidi controls and other invisible characters are dropped. A text that has only invisible
characters, control characters or half a surrogate pair is refused with `NotText`.

Source of the classes: Unicode 15, DerivedCoreProperties `Default_Ignorable_Code_Point`; UAX #31 on joiners.
"""

import re
import unicodedata
from typing import Any

from apps.common.errors import InvalidInput

_JOINERS = "\u200c\u200d"
# Default_Ignorable_Code_Point without joiners and variation selectors, and blanks that count as letters or symbols.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufeff\uffa0\ufff0-\uffff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e001f"
    "\U000e0080-\U000e00ff\U000e01f0-\U000e0fff\ufdd0-\ufdef]"
)
_SPACES = re.compile(r"[\s\u0085\u1680\u180e\u2000-\u200a\u2028\u2029\u2800\u3000]+")
_SPACES_IN_LINE = re.compile(r"[^\S\r\n\u0085\u2028\u2029\u00a0\u202f]|\u2800")
_LINE_ENDS = re.compile("\r\n?|\u0085|\u2028")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
_HYPHENS = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]|(?<=[0-9])\u30fc(?=[0-9])")
_TAGS = re.compile("(?<![\U000e0020-\U000e007f\U0001f3f4])[\U000e0020-\U000e007f]+")
# Marks that do not count when texts are compared: Latin, Greek and Cyrillic accents, Hebrew points, Arabic vowels.
_ACCENTS = re.compile(
    "[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c7\u0640\u064b-\u0652\u0670]"
)
# Letters that Unicode does not decompose, as people type them without their keyboard.
_PLAIN_LETTERS = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)


class NotText(InvalidInput):
    """The value is no text, or has characters that no text has. `str(error)` is a sentence for its field."""

    code = "invalid_text"
    title = "This is not text."


def clean_line(value: Any, *, most: int | None = None) -> str:
    """One line of text in its normal form; "" for None and for blanks.

    Raises `NotText` for other types, control characters, text of invisible characters only, and more than `most`
    characters.
    """
    text = _SPACES.sub(" ", _visible(value)).strip()
    return _checked(text, value, most)


def clean_block(value: Any, *, most: int | None = None) -> str:
    """Text of several lines in its normal form: line ends are `\\n`, other spaces plain ones. Raises `NotText`."""
    text = _LINE_ENDS.sub("\n", _visible(value)).replace("\u2029", "\n\n")
    text = _SPACES_IN_LINE.sub(" ", text)
    text = "\n".join(line.rstrip() for line in text.split("\n")).strip()
    return _checked(text, value, most)


def clean_code(value: Any, *, most: int | None = None) -> str:
    """A code in its normal form: NFKC, digits of any script as ASCII, every dash a hyphen, no joiners.

    Case is kept; compare by `fold_code`. `clean_code("１０４－００６１")` is `104-0061`. Raises `NotText`.
    """
    text = ascii_digits(unicodedata.normalize("NFKC", clean_line(value)))
    text = _HYPHENS.sub("-", text.translate({ord(joiner): None for joiner in _JOINERS}))
    return _checked(_SPACES.sub(" ", text).strip(), value, most)


def ascii_digits(text: str) -> str:
    """`५६०००१` and `５６０００１` as `560001`; everything else unchanged."""
    if text.isascii():
        return text
    return "".join(
        str(unicodedata.decimal(letter)) if unicodedata.category(letter) == "Nd" else letter
        for letter in text
    )


def fold(text: str) -> str:
    """The form in which texts are compared, searched and sorted. Idempotent.

    `fold("Crème BRÛLÉE")` is `creme brulee`, `fold("İzmir")` is `izmir`; both spellings of `ड़` are one.
    """
    plain = ascii_digits(unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)))
    plain = unicodedata.normalize("NFKD", plain.casefold().translate(_PLAIN_LETTERS))
    plain = _ACCENTS.sub("", plain).translate({ord(joiner): None for joiner in _JOINERS})
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", plain)).strip()


def fold_code(code: str) -> str:
    """The form in which codes are compared: `clean_code` without case. Raises `NotText`."""
    return clean_code(code).casefold()


def words_of(text: str) -> list[str]:
    """The folded words of a text: runs of letters, marks and digits. `"मसाला-चाय"` has two."""
    letters = (letter if unicodedata.category(letter)[0] in "LMN" else " " for letter in fold(text))
    return "".join(letters).split()


def _visible(value: Any) -> str:
    """NFC, without invisible characters; joiners only where they are part of the spelling."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise NotText("This must be text.")
    if _CONTROL.search(value):
        raise NotText("This contains control characters.")
    if value.isascii():
        return value
    text = _TAGS.sub("", _INVISIBLE.sub("", value))
    kept: list[str] = []
    for letter in text:
        if letter in _JOINERS and not _takes_joiner(kept[-1] if kept else " "):
            continue
        if _is_selector(letter) and (not kept or kept[-1].isspace() or _is_selector(kept[-1])):
            continue
        kept.append(letter)
    return unicodedata.normalize("NFC", "".join(kept))


def _takes_joiner(before: str) -> bool:
    """Letters without case (Indic, Arabic, ...), marks, and emoji take a joiner behind them; Latin does not."""
    return unicodedata.category(before) in ("Lo", "Mn", "Mc", "So", "Sk")


def _is_selector(letter: str) -> bool:
    return "\ufe00" <= letter <= "\ufe0f" or "\U000e0100" <= letter <= "\U000e01ef"


def _checked(text: str, value: Any, most: int | None) -> str:
    has_visible = any(unicodedata.category(letter)[0] in "LNPS" for letter in text)
    if not has_visible and isinstance(value, str) and _SPACES.sub("", value):
        raise NotText("This has no visible characters.")
    if most is not None and len(text) > most:
        raise NotText(f"At most {most} characters.")
    return text
