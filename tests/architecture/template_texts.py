"""The texts of a template that stand outside `translate` and `blocktranslate`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

# Attributes that people read or hear.
SPOKEN = ("alt", "aria-description", "aria-label", "placeholder", "title")
# Arguments of `include` and of our tags that are shown.
_ARGUMENT = re.compile(r'\b(?:empty|hint|label|subtitle|title|words)="([^"]*)"')
_DEFAULT = re.compile(r'\|(?:default|default_if_none|yesno|pluralize):"([^"]*)"')
_MARKED = re.compile(r"{%-?\s*blocktranslate\b.*?{%\s*endblocktranslate\s*%}", re.DOTALL)
_TOKEN = re.compile(r"{#.*?#}|{%.*?%}|{{.*?}}", re.DOTALL)
_DEAF = re.compile(
    r"<(script|style)\b.*?</\1>|<!--.*?-->|<!doctype[^>]*>"
    r'|<span class="material-symbols-outlined[^>]*>.*?</span>'  # the name of an icon
    r"|{% block (?:bodyclass|extra|theme) %}.*?{% endblock %}",  # class names, styles
    re.DOTALL | re.IGNORECASE,
)
_ENTITY = re.compile(r"&#?\w+;")
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True)
class Piece:
    """`kind` is text, token or tag; a tag's own tokens are part of it."""

    kind: str
    text: str


def has_letters(text: str) -> bool:
    return bool(_LETTER.search(_ENTITY.sub("", text)))


def pieces(source: str, *, is_html: bool = True) -> Iterator[Piece]:
    """The whole source in order; marked blocks, scripts and styles are tokens."""
    at = 0
    while at < len(source):
        end, kind = _end_of(source, at, is_html=is_html)
        yield Piece(kind, source[at:end])
        at = end


def unmarked(source: str, *, is_html: bool = True) -> list[str]:
    """Texts and spoken attributes with letters in them that no catalogue can reach."""
    found = []
    for piece in pieces(source, is_html=is_html):
        if piece.kind == "text":
            found.append(piece.text)
        elif piece.kind == "tag":
            found += [_TOKEN.sub("", _MARKED.sub("", value)) for value in _spoken(piece.text)]
            found += _arguments(piece.text)
        elif not _MARKED.fullmatch(piece.text):
            found += _arguments(piece.text)
    return [" ".join(text.split()) for text in found if has_letters(text)]


def attributes(tag: str) -> Iterator[tuple[str, int, int]]:
    """Name of every quoted attribute, and where its value begins and ends."""
    hidden = _TOKEN.sub(lambda token: "_" * len(token[0]), tag)
    for found in re.finditer(r'([\w-]+)="([^"]*)"', hidden):
        yield found[1], found.start(2), found.end(2)


def _spoken(tag: str) -> Iterator[str]:
    for name, start, end in attributes(tag):
        is_suggestion = name == "value" and tag.startswith("<option") and " " in tag[start:end]
        if name in SPOKEN or is_suggestion:
            yield tag[start:end]


def _arguments(token: str) -> list[str]:
    inside = " ".join(found for found in _TOKEN.findall(token) if not found.startswith("{#"))
    return [*_ARGUMENT.findall(inside), *_DEFAULT.findall(inside)]


def _end_of(source: str, at: int, *, is_html: bool) -> tuple[int, str]:
    for pattern in (*([_DEAF] if is_html else []), _MARKED, _TOKEN):
        if found := pattern.match(source, at):
            return found.end(), "token"
    if is_html and re.match(r"</?[a-zA-Z]", source[at : at + 3]):
        return _end_of_tag(source, at), "tag"
    stop = re.compile(r"{[#%{]|</?[a-zA-Z]|<!" if is_html else r"{[#%{]").search(source, at + 1)
    return (stop.start() if stop else len(source)), "text"


def _end_of_tag(source: str, at: int) -> int:
    """The `>` that ends it, outside of tokens and quotes."""
    is_quoted = False
    while at < len(source):
        if found := _MARKED.match(source, at) or _TOKEN.match(source, at):
            at = found.end()
            continue
        if source[at] == '"':
            is_quoted = not is_quoted
        at += 1
        if source[at - 1] == ">" and not is_quoted:
            break
    return at
