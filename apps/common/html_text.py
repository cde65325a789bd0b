"""HTML of mails as plain text with lines. Nothing of the HTML is kept, so nothing of it can run."""

import re
from html.parser import HTMLParser
from typing import Final

import nh3

_SILENT: Final = {"script", "style", "template", "noscript", "title"}
_LINES: Final = frozenset(
    [
        "address",
        "article",
        "aside",
        "br",
        "div",
        "dd",
        "dl",
        "dt",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "pre",
        "section",
        "table",
        "tr",
        "ul",
    ]
)
_TAGS: Final = {*_LINES, "p", "blockquote", "td", "a", "img"}
_SPACES: Final = re.compile(r"[ \t\r\n\f\v\u00a0]+")
_MOST: Final = 200_000
_EMPTY_LINES: Final = re.compile(r"\n{3,}")


def text_of_html(html: str) -> str:
    """Quotes (`blockquote`) get `> ` in front of their lines, as in plain mails; links whose words differ name their address."""
    reader = _Reader()
    reader.feed(_tidied(html[:_MOST]))
    reader.close()
    return _EMPTY_LINES.sub("\n\n", "\n".join(line.rstrip() for line in reader.lines())).strip()


def _tidied(html: str) -> str:
    """Whole tags of few kinds. Python's own reader takes minutes for some broken ones (`<!--` many times over)."""
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href"}, "img": {"alt"}},
        clean_content_tags=_SILENT,
        url_schemes={"http", "https"},
        link_rel=None,
    )


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._done: list[str] = []
        self._line = ""
        self._depth = 0
        self._links: list[tuple[str, int]] = []

    def lines(self) -> list[str]:
        self._end_line()
        return self._done

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self._end_line(is_forced=True)
        elif tag == "p":
            self._end_line()
            self._gap()
        elif tag == "blockquote":
            self._end_line()
            self._gap()
            self._depth += 1
        elif tag == "td" and self._line:
            self._line += " "
        elif tag == "a":
            self._links.append((dict(attrs).get("href") or "", len(self._line)))
        elif tag == "img":
            self.handle_data(dict(attrs).get("alt") or "")
        elif tag in _LINES:
            self._end_line()
            if tag == "li":
                self._line = "- "

    def handle_endtag(self, tag: str) -> None:
        if tag == "p":
            self._end_line()
            self._gap()
        elif tag == "blockquote":
            self._end_line()
            self._depth = max(0, self._depth - 1)
            self._gap()
        elif tag == "a" and self._links:
            address, start = self._links.pop()
            shown = self._line[start:].strip()
            if address.startswith(("http://", "https://")) and shown and shown not in address:
                self._line += f" ({address[:300]})"
        elif tag in _LINES and tag != "br":
            self._end_line()

    def handle_data(self, data: str) -> None:
        text = _SPACES.sub(" ", data)
        self._line += text.lstrip() if not self._line or self._line.endswith(" ") else text

    def _end_line(self, *, is_forced: bool = False) -> None:
        if self._line.strip() or is_forced:
            self._done.append(f"{'> ' * min(self._depth, 5)}{self._line.rstrip()}")
        self._line = ""
        self._links = [(address, 0) for address, _start in self._links]

    def _gap(self) -> None:
        if self._done and self._done[-1]:
            self._done.append("")
