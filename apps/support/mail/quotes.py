"""The new text of a mail, and the old text below it. Nothing is dropped: what is cut off is shown folded.

Works by form, not by the words of one language: lines with `>` to the end and what introduces them, the block of headers
that Outlook puts on top of the old mail, its lines of dashes, and a signature behind `-- `.
"""

import re
from typing import Final

_QUOTED: Final = re.compile(r"\s*>")
_INTRODUCES: Final = re.compile(r".*(?::|：|<[^<>\s]+@[^<>\s]+>)\s*$")
_DASHES: Final = re.compile(r"\s*(?:-{2,}\s*\S.{2,60}?\s*-{2,}|_{20,}|-{20,})\s*$")
# "From: ...", "*Von:* ...", "差出人： ...": a short word of any script, a colon, a value.
_HEADER: Final = re.compile(r"\s*\*?[^\W\d_][\w. -]{0,24}\s?(?::\*?|\*:|：)\s*(\S.*)?$")
_ADDRESS: Final = re.compile(r"[^\s<>@]+@[^\s<>@]+\.[^\s<>@]+")
_SIGNATURE: Final = re.compile(r"-- ?$")
_MOST_INTRODUCTION: Final = 4
_HEADERS: Final = 3
_MOST_SIGNATURE: Final = 15
# Patterns look at the begin of a line: a hostile mail has lines of a hundred thousand characters.
_MOST_LINE: Final = 300


def split_quote(text: str) -> tuple[str, str]:
    """New and old text. A mail with nothing above the old text (an answer below it) is new as a whole."""
    lines = text.split("\n")
    begins = [line[:_MOST_LINE] for line in lines]
    cut = min(_trailing_quote(begins), _forwarded_block(begins), _signature(begins))
    new, old = "\n".join(lines[:cut]).strip(), "\n".join(lines[cut:]).strip()
    return (new, old) if new else (text.strip(), "")


def _trailing_quote(lines: list[str]) -> int:
    """Where the `>` lines begin that go on to the end, with the lines that introduce them."""
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    place = end
    while place and (not lines[place - 1].strip() or _QUOTED.match(lines[place - 1])):
        place -= 1
    while place < end and not _QUOTED.match(lines[place]):
        place += 1
    if place >= end:
        return len(lines)
    return _with_introduction(lines, place)


def _with_introduction(lines: list[str], place: int) -> int:
    """`On Tue, ... Asha <a@b> wrote:` may run over some lines; a blank line ends it."""
    last = place - 1
    while last >= 0 and not lines[last].strip():
        last -= 1
    if last < 0 or not _INTRODUCES.match(lines[last]):
        return place
    first = last
    while first > 0 and lines[first - 1].strip() and last - first + 1 < _MOST_INTRODUCTION:
        first -= 1
    return first if _is_introduction(lines[first : last + 1]) else last


def _is_introduction(lines: list[str]) -> bool:
    """More than its last line belongs to it only where an address or a year is in it."""
    joined = " ".join(lines)
    return bool(_ADDRESS.search(joined) or re.search(r"\b20\d\d\b|20\d\d年", joined))


def _forwarded_block(lines: list[str]) -> int:
    """The headers of the old mail: at least three of them together, one with an address; a line of dashes above."""
    for number, line in enumerate(lines):
        begin = number + 1 if _DASHES.match(line) else number
        block = [one for one in lines[begin : begin + 8] if one.strip()][:6]
        headers = [one for one in block if _HEADER.match(one)]
        is_block = len(headers) >= _HEADERS and bool(block) and bool(_HEADER.match(block[0]))
        is_here = begin < len(lines) and bool(lines[begin].strip())
        if is_block and is_here and _ADDRESS.search(" ".join(headers)):
            return number
    return len(lines)


def _signature(lines: list[str]) -> int:
    for number in range(len(lines) - 1, -1, -1):
        if _SIGNATURE.fullmatch(lines[number]):
            short = len([one for one in lines[number:] if one.strip()]) <= _MOST_SIGNATURE
            return number if short else len(lines)
    return len(lines)
