"""Truncating text at grapheme boundaries.

After Unicode's UAX #29 (extended grapheme clusters), without a table of its own: marks, joiners, selectors, emoji of
several parts, flags, Korean syllables and Indic conjuncts stay whole.
"""

import unicodedata

_ZWJ = "\u200d"
_VIRAMA = 9  # canonical combining class
# Letters by category that Unicode counts as part of the previous letter: Thai and Lao AM, half-width voice marks.
_TRAILING = frozenset("\u0e33\u0eb3\uff9e\uff9f")
# Signs that belong to the following letter: Arabic number signs, the dot reph of Malayalam, ...
_PREPENDED = frozenset(
    "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\u0d4e\U000110bd\U000110cd"
)


def cut(text: str, most: int) -> str:
    """At most `most` code points from the front, never ending inside a grapheme."""
    if len(text) <= most:
        return text
    end = most
    while end > 0 and _is_inside(text, end):
        end -= 1
    return text[:end]


def first_grapheme(text: str) -> str:
    """The first visible character; empty for no text."""
    end = min(1, len(text))
    while end < len(text) and _is_inside(text, end):
        end += 1
    return text[:end]


def shorten(text: str, most: int, *, end: str = "…") -> str:
    """The text, or as many whole words of it as fit with `end` behind them. A single long word is cut."""
    if len(text) <= most:
        return text
    room = cut(text, most - len(end))
    if not text[len(room) : len(room) + 1].isspace():
        head, space, _rest = room.rpartition(" ")
        room = head if space and head.strip() else room
    return room.rstrip(" ,;:.-–—।") + end


def _is_inside(text: str, place: int) -> bool:
    """Whether a cut before `text[place]` would split a grapheme."""
    before, after = text[place - 1], text[place]
    if before == "\r" and after == "\n":
        return True
    if _extends(after) or before == _ZWJ or before in _PREPENDED:
        return True
    if unicodedata.category(after)[0] == "L" and _ends_in_virama(text, place):
        return True
    if _is_regional(after):
        return _count_regional(text, place) % 2 == 1
    return "\u1160" <= after <= "\u11ff" or ("\u1100" <= before <= "\u115f" and _is_hangul(after))


def _extends(letter: str) -> bool:
    return (
        unicodedata.category(letter) in ("Mn", "Mc", "Me")
        or letter in _TRAILING
        or letter in ("\u200c", _ZWJ)
        or "\U0001f3fb" <= letter <= "\U0001f3ff"
        or "\U000e0020" <= letter <= "\U000e007f"
    )


def _ends_in_virama(text: str, place: int) -> bool:
    """A consonant behind a virama forms a conjunct with the letters before it; nuktas and joiners do not separate
    them."""
    while place > 0 and _extends(text[place - 1]):
        place -= 1
        if unicodedata.combining(text[place]) == _VIRAMA:
            return True
    return False


def _is_regional(letter: str) -> bool:
    return "\U0001f1e6" <= letter <= "\U0001f1ff"


def _count_regional(text: str, place: int) -> int:
    count = 0
    while place > count and _is_regional(text[place - 1 - count]):
        count += 1
    return count


def _is_hangul(letter: str) -> bool:
    return "\u1100" <= letter <= "\u11ff" or "\uac00" <= letter <= "\ud7a3"
