"""Text as people type it: one normal form when it is written, one when it is compared.

Every door uses these functions: pages, API, admin, commands, documents, mails, file names. Fields of serializers and
forms, and parameters of services, say by their type which of them they are: `apps.common.api.fields`,
`apps.common.fields`, `apps.common.typed_text`.

- `clean_line`   names, titles, streets: one line, NFC.
- `clean_block`  descriptions, notes: several lines, NFC.
- `clean_code`   SKUs, postal codes, coupon codes, references: NFKC, ASCII digits, ASCII hyphens.
- `line_of`      one line out of text of other programs, which can't be asked to correct it.
- `fold`         what is compared or sorted: NFKC, case folded, without accents, joiners and foreign digits.
- `fold_code`    a code compared without case.
- `words_of`     the folded words of a text, for search.

Joiners (U+200C, U+200D) are part of the spelling of Indic, Arabic and Persian words and of emoji; they are kept there
and dropped elsewhere. Variation selectors are kept behind ideographs, emoji and Mongolian letters. Every kind of space
is one space. Soft hyphens, bidi controls and other invisible characters are dropped. A text that has only invisible
characters, control characters or half a surrogate pair is refused with `NotText`.

Source of the classes: Unicode 15, DerivedCoreProperties `Default_Ignorable_Code_Point`; UAX #31 on joiners.
"""

import re
import unicodedata
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.common.errors import InvalidInput
from apps.common.graphemes import cut

_JOINERS = "\u200c\u200d"
# Default_Ignorable_Code_Point without joiners and variation selectors, characters that stand for nothing (U+FFFC,
# noncharacters), and blanks that count as letters or symbols.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
    "\ufdd0-\ufdef\ufff0-\ufffc\ufffe\uffff\U00013441\U00013442\U0001bca0-\U0001bca3\U0001d159\U0001d173-\U0001d17a"
    "\U000e0000-\U000e001f\U000e0080-\U000e00ff\U000e01f0-\U000e0fff"
    + "".join(
        f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0x10000, 0x110000, 0x10000)
    )
    + "]"
)
_SPACES = re.compile(r"[\s\u0085\u1680\u2000-\u200a\u2028\u2029\u2800\u3000]+")
_SPACES_IN_LINE = re.compile(r"[^\S\r\n\u0085\u2028\u2029]|\u2800")
_LINE_ENDS = re.compile("\r\n?|\u0085|\u2028")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
_HYPHENS = re.compile(
    "[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]|(?<=[0-9])[\u2500\u2501\u30fc](?=[0-9])"
)
# Flags of England, Scotland and others: a black flag, letters as tags, an end. Tags elsewhere are invisible.
_TAGS = re.compile(
    "(\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f)"
    "|[\U000e0020-\U000e007f]+"
)
# Scripts that are written with joiners: Arabic and its relatives, the Indic scripts, Myanmar, Khmer, Mongolian, ...
_JOINING = re.compile(
    "[\u0600-\u08ff\u0900-\u0dff\u1000-\u109f\u1700-\u18af\u1900-\u1cff\ua800-\ua8ff\ua980-\uaadf"
    "\uabc0-\uabff\ufb50-\ufdff\ufe70-\ufefc\U00010a00-\U00011fff\U0001e900-\U0001e95f]"
)
_SELECTORS = re.compile("[\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_TAKES_SELECTOR = frozenset("‼⁉〰〽")
_KEYCAP = "\u20e3"
# Marks that do not count when texts are compared: Latin, Greek and Cyrillic accents, Hebrew points, Arabic vowels and
# hamzas, the nuktas of the Indic scripts.
_ACCENTS = re.compile(
    "[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c7\u0640\u064b-\u0655\u0670\u093c\u09bc\u0a3c\u0abc\u0b3c\u0c3c"
    "\u0cbc\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f\U000110ba\U00011173\U000111ca\U00011236\U000112e9\U0001133c"
    "\U00011446\U000114c3\U000115c0\U000116b7\U0001183a\U00011943]"
)
# Letters that Unicode does not decompose, as people type them without their keyboard; Arabic letters that have one form
# on Persian and Urdu keyboards and another on Arabic ones; letters that older keyboards of Malayalam and Bengali write as
# a letter, a virama and a joiner (chillus, khanda ta).
_PLAIN_LETTERS = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
    | {"ی": "ي", "ى": "ي", "ک": "ك", "ە": "ه", "ہ": "ه", "ة": "ه"}
    | {
        "ൺ": "ണ്",
        "ൻ": "ന്",
        "ർ": "ര്",
        "ൽ": "ല്",
        "ൾ": "ള്",
        "ൿ": "ക്",
        "ൔ": "മ്",
        "ൕ": "യ്",
        "ൖ": "ഴ്",
        "ৎ": "ত্",
    }
)
_WITHOUT_JOINERS = str.maketrans("", "", _JOINERS)
_ASCII_WORDS = re.compile("[0-9a-z]+")
APOSTROPHES = re.compile("(?<=\\w)['\u2018\u2019\u02bc\u02bb\u0060\u00b4\uff07](?=\\w)")


class NotText(InvalidInput):
    """The value is not text, or contains invalid characters. `str(error)` is a sentence for its field."""

    code = "invalid_text"
    title = _("This is not text.")


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
    text = _HYPHENS.sub("-", _SELECTORS.sub("", text.translate(_WITHOUT_JOINERS)))
    return _checked(_SPACES.sub(" ", text).strip(), value, most)


def line_of(value: Any, *, most: int | None = None) -> str:
    """One line out of what another program says (a bank's reason, a browser's name): never refused, cut at `most`."""
    text = "" if value is None else _CONTROL.sub(" ", str(value))
    try:
        text = clean_line(text)
    except NotText:  # only invisible characters
        return ""
    return text if most is None else cut(text, most)


def plain_signs(text: str) -> str:
    """For a line that is taken apart: digits, signs and letters of any keyboard as those of ASCII, such as `２：９％` as `2:9%`."""
    return ascii_digits(text if text.isascii() else unicodedata.normalize("NFKC", text))


def ascii_digits(text: str) -> str:
    """`५६०००१` and `５６０００１` as `560001`; everything else unchanged."""
    if text.isascii():
        return text
    return "".join(
        str(unicodedata.decimal(letter)) if unicodedata.category(letter) == "Nd" else letter
        for letter in text
    )


def whole_number(text: str, *, most: int) -> int | None:
    """A whole number from 0 to `most`, in the digits of any script. None for every other text, also the empty one."""
    digits = ascii_digits(text.strip())
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 18):
        return None
    return int(digits) if int(digits) <= most else None


def fold(text: str) -> str:
    """The form in which texts are compared, searched and sorted. Idempotent.

    `fold("Crème BRÛLÉE")` is `creme brulee`, `fold("İzmir")` is `izmir`; `ड़` is `ड`, however it is typed.
    """
    text = _SELECTORS.sub("", _TAGS.sub("", _INVISIBLE.sub("", text)))
    plain = ascii_digits(unicodedata.normalize("NFKC", text))
    plain = unicodedata.normalize("NFKD", plain.casefold())
    plain = _ACCENTS.sub("", plain).translate(_PLAIN_LETTERS).translate(_WITHOUT_JOINERS)
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", plain)).strip()


def fold_code(code: str) -> str:
    """The form in which codes are compared: `clean_code` without case. Raises `NotText`."""
    return unicodedata.normalize("NFKC", clean_code(code).casefold())


def words_of(text: str) -> list[str]:
    """The folded words of a text: runs of letters, marks and digits. `"मसाला-चाय"` has two, `"men's"` has one."""
    if text.isascii():
        return _ASCII_WORDS.findall(APOSTROPHES.sub("", text.lower()))
    folded = APOSTROPHES.sub("", fold(text))
    letters = (letter if unicodedata.category(letter)[0] in "LMN" else " " for letter in folded)
    return "".join(letters).split()


def has_letter(text: str) -> bool:
    """Whether there is a letter or a digit in it, of any script."""
    return any(unicodedata.category(letter)[0] in "LN" for letter in text)


def _visible(value: Any) -> str:
    """NFC, without invisible characters; joiners and selectors only where they are part of the spelling."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise NotText(gettext("This must be text."))
    if _CONTROL.search(value):
        raise NotText(gettext("This contains control characters."))
    if value.isascii():
        return value
    text = unicodedata.normalize("NFC", _INVISIBLE.sub("", value))
    text = _TAGS.sub(lambda found: found[1] or "", text)
    kept: list[str] = []
    for place, letter in enumerate(text):
        before, after = (kept[-1] if kept else " "), text[place + 1 : place + 2]
        if letter in _JOINERS and not _takes_joiner(before, after):
            continue
        if _SELECTORS.match(letter) and not _takes_selector(before, letter, after):
            continue
        kept.append(letter)
    return unicodedata.normalize("NFC", "".join(kept))


def _takes_joiner(before: str, after: str) -> bool:
    """Joiners are kept behind letters and marks of the scripts that use them, and between two emoji."""
    if _JOINING.match(before):
        return unicodedata.category(before) in ("Lo", "Lm", "Mn", "Mc")
    is_emoji = unicodedata.category(before) in ("So", "Sk") or before == "\ufe0f"
    return is_emoji and after != "" and unicodedata.category(after) in ("So", "Sm")


def _takes_selector(before: str, selector: str, after: str) -> bool:
    if "\u180b" <= selector <= "\u180f":
        return "\u1800" <= before <= "\u18af" and not _SELECTORS.match(before)
    kind = unicodedata.category(before)
    if selector >= "\U000e0100":
        return kind == "Lo"
    return (
        kind in ("Lo", "So", "Sm", "Sk")
        or before in _TAKES_SELECTOR
        or (before in "0123456789#*" and after == _KEYCAP)
    )


def _checked(text: str, value: Any, most: int | None) -> str:
    if isinstance(value, str) and not _has_visible(text) and _SPACES.sub("", value):
        raise NotText(gettext("This has no visible characters."))
    if most is not None and len(text) > most:
        raise NotText(gettext("At most %(most)s characters.") % {"most": most})
    return text


def _has_visible(text: str) -> bool:
    """Letters, numbers, signs; newer characters than Python knows show at least a box."""
    return any(
        unicodedata.category(letter)[0] in "LNPS" or unicodedata.category(letter) in ("Cn", "Co")
        for letter in text
    )
