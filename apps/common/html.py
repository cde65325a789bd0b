"""HTML that staff write: made safe, and read as plain text."""

import re
from html.parser import HTMLParser
from typing import Any

import nh3

from apps.common.text import clean_block, line_of

# Links that open a chat or a payment, as shops put them into descriptions.
_MORE_SCHEMES = frozenset({"whatsapp", "upi", "tg", "viber"})
_SCHEMES = set(nh3.ALLOWED_URL_SCHEMES | _MORE_SCHEMES)
# In NFC `>` with this mark behind it is another character: the tag would lose its end.
_STRAY = re.compile("(?<=[<>=])\u0338+")
_SILENT = frozenset({"script", "style", "template", "noscript", "title"})
_INLINE = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "ins",
        "kbd",
        "mark",
        "q",
        "rb",
        "rp",
        "rt",
        "rtc",
        "ruby",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
    ]
)
# Special spaces prevent line breaks that the author does not want; `clean_block` would turn them into plain spaces.
_NO_BREAK = str.maketrans({"\u00a0": "&nbsp;", "\u202f": "&#8239;"})


def clean_html(value: Any) -> str:
    """HTML without scripts, styles, events and links of unknown kinds, its text in normal form. Raises `NotText`.

    The text is normalized first, so that the result is exactly the checked text.
    """
    text = _STRAY.sub("", value.translate(_NO_BREAK)) if isinstance(value, str) else value
    return _STRAY.sub("", nh3.clean(clean_block(text), url_schemes=_SCHEMES))


def text_of_html(html: str) -> str:
    """The visible text on one line: tags between words become spaces, entities are decoded once."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return line_of("".join(reader.parts))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        self._part(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._part(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT and self._silent:
            self._silent -= 1
        self._part(tag)

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)

    def _part(self, tag: str) -> None:
        if tag not in _INLINE:
            self.parts.append(" ")
