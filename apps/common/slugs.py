"""The part of a page's address that names a thing: `masala-chai`, `मसाला-चाय`, `creme-brulee`.

Letters and marks of any script are kept, in NFC and lower case; Latin letters lose their accents, and forms of layout
(wide, circled, joined Arabic) become the letters that a keyboard has. Browsers and `reverse` write it percent-encoded.
A slug has one normal form: typed, pasted and linked slugs are normalized before a comparison. That form has no joiners
(U+200C, U+200D), which are invisible and easily lost; links use the spelling of `spelled_slug`.
"""

import re
import string
import unicodedata
from typing import Any
from urllib.parse import unquote

import idna
from anyascii import anyascii
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.common.graphemes import cut
from apps.common.text import APOSTROPHES, NotText, ascii_digits, clean_line

MAX_SLUG = 120
_INNER = re.compile("[-_]+")
_JOINERS = "\u200c\u200d"
_WITHOUT_JOINERS = str.maketrans("", "", _JOINERS)
_UNSEEN = re.compile("[\u200c\u200d\ufe00-\ufe0f\u180b-\u180f\U000e0100-\U000e01ef]")
_UNSEEN_BUT_JOINERS = re.compile(_UNSEEN.pattern.replace(_JOINERS, ""))
_NUMBER = re.compile("-[0-9]+$")
# Letters that a keyboard has and NFKC takes apart: the Armenian և, Kazakh hamzas, the AM of Thai and Lao, the HO NO and
# HO MO of Lao, single Korean letters.
_OWN_LETTERS = re.compile("([\u0587\u0675-\u0678\u0e33\u0eb3\u0edc\u0edd\u3131-\u318e]+)")
# That AM as NFKC writes it, with a tone mark between or before.
_THAI_AM = re.compile("\u0e4d([\u0e48-\u0e4b]*)\u0e32")
_LAO_AM = re.compile("\u0ecd([\u0ec8-\u0ecb]*)\u0eb2")
_WRONG = _("Use letters, digits and single hyphens, such as masala-chai.")
_PLAIN = str.maketrans(
    {"ß": "ss", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ı": "i"}
    | {"æ": "ae", "œ": "oe", "þ": "th"}
)


def slug_of(title: str, *, latin: bool = False, most: int = MAX_SLUG) -> str:
    """The slug of a title, "" when it has neither letters nor digits. `latin` writes every script in Latin letters.

    Cut between words where that leaves most of it, otherwise between characters.
    """
    text = anyascii(unicodedata.normalize("NFC", title)) if latin else title
    slug = _joined(_plain(text))
    return slug if len(slug) <= most else _shortened(slug, most)


def spelled_slug(slug: str, *texts: str) -> str:
    """The spelling of that slug in links, with the joiners of the first source text that has some; "" without joiners.

    A joiner stays where the rules of IDNA allow it in a host (RFC 5892, CONTEXTJ): behind a virama, and between
    letters that would join.
    """
    number = _NUMBER.search(slug)
    for text in texts:
        spelled = _with_joiners(text)
        for form in (spelled, spelled + number[0] if number else ""):
            if spelled and slug_key(form) == slug:
                return form
    return ""


def clean_slug(value: Any, *, most: int = MAX_SLUG) -> str:
    """The normal form of a slug that a user typed; "" for an empty one. Raises `NotText` for invalid input."""
    slug = slug_key(clean_line(value))
    parts = _INNER.split(slug)
    if slug and not all(part and all(map(_is_part, part)) for part in parts):
        raise NotText(_WRONG)
    if re.search("[-_]{2}", slug) or any(part != _without_leading_marks(part) for part in parts):
        raise NotText(_WRONG)
    if len(slug) > most:
        raise NotText(gettext("At most %(most)s characters.") % {"most": most})
    return slug


def slug_key(asked: str) -> str:
    """The normal form for the lookup of a requested slug; accepts any text."""
    text = unquote(asked) if "%" in asked else asked
    return _plain(text) if not text.isascii() else text.lower()


def bare_slug(spelled: str) -> str:
    """The slug in the form that links use; cheap enough for every category of a tree."""
    return spelled if spelled.isascii() else spelled.translate(_WITHOUT_JOINERS)


def numbered(slug: str, number: int, *, most: int = MAX_SLUG) -> str:
    """`mug-2` of `mug`; a long slug is cut so that the number fits."""
    tail = f"-{number}"
    return _fitting(slug, most - len(tail)).rstrip("-_") + tail


def short_name_of(name: str, *, most: int) -> str:
    """Latin letters, digits and hyphens only, as a host's label wants them: `चाय की दुकान` as `chay-ki-dukan`."""
    allowed = string.ascii_lowercase + string.digits
    slug = slug_of(name, latin=True, most=most)
    return _INNER.sub("-", "".join(x if x in allowed else "-" for x in slug)).strip("-")


class PageConverter:
    """A slug in the path of a page, in its normal form; invalid text finds no page."""

    regex = "[^/]{1,400}"

    def to_python(self, value: str) -> str:
        return slug_key(value)

    def to_url(self, value: str) -> str:
        return value


def _plain(text: str, *, drop: re.Pattern[str] = _UNSEEN) -> str:
    """Lower case, NFC, Latin letters without accents, ASCII digits, no joiners."""
    text = drop.sub("", ascii_digits(_without_layout(text)))
    letters = unicodedata.normalize("NFD", text.lower()).translate(_PLAIN)
    kept: list[str] = []
    is_latin = False
    for letter in letters:
        if unicodedata.category(letter) == "Mn":
            if is_latin:
                continue
        else:
            is_latin = letter.isascii() or unicodedata.name(letter, "").startswith("LATIN")
        kept.append(letter)
    return unicodedata.normalize("NFC", "".join(kept))


def _without_layout(text: str) -> str:
    """NFKC, except for letters that words are spelled with; NFKC's own spelling of these is brought back."""
    parts = _OWN_LETTERS.split(text)
    parts[::2] = [unicodedata.normalize("NFKC", part) for part in parts[::2]]
    text = unicodedata.normalize("NFC", "".join(parts))
    text = _THAI_AM.sub("\\1\u0e33", text)
    return _LAO_AM.sub("\\1\u0eb3", text)


def _joined(plain: str) -> str:
    """The words with hyphens between."""
    plain = APOSTROPHES.sub("", plain)
    words = "".join(x if _is_part(x) or x in _JOINERS else " " for x in plain).split()
    return "-".join(word for word in map(_without_leading_marks, words) if word)


def _with_joiners(text: str) -> str:
    """The whole slug of a text with its joiners; "" where none may stay."""
    if "\u200c" not in text and "\u200d" not in text:
        return ""
    plain = _plain(text, drop=_UNSEEN_BUT_JOINERS)
    kept = [x for place, x in enumerate(plain) if x not in _JOINERS or _may_stay(plain, place)]
    slug = _joined("".join(kept))
    return slug if _JOINERS[0] in slug or _JOINERS[1] in slug else ""


def _may_stay(text: str, place: int) -> bool:
    try:
        return idna.valid_contextj(text, place)
    except ValueError:  # a letter that is newer than Python's tables; a text longer than any host
        return False


def _is_part(letter: str) -> bool:
    return unicodedata.category(letter)[0] in "LMN"


def _without_leading_marks(word: str) -> str:
    while word and (unicodedata.category(word[0])[0] == "M" or word[0] in _JOINERS):
        word = word[1:]
    return word


def _shortened(slug: str, most: int) -> str:
    short = _fitting(slug, most)
    head, hyphen, _rest = short.rpartition("-")
    is_whole = slug[len(short)] == "-"
    if hyphen and not is_whole and len(head) > most // 2:
        short = head
    return short.rstrip("-_")


def _fitting(slug: str, most: int) -> str:
    """Cut between characters; a slug whose first character alone is longer is cut inside it, never left out."""
    return cut(slug, most) or slug[:most]
