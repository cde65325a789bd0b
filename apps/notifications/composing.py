"""From a mail's values to its subject, text and HTML: as by default, or as staff have worded it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any, Final

import nh3
import structlog
from django.template import Context
from django.template.loader import get_template, render_to_string
from django.template.loader_tags import BlockNode, ExtendsNode
from django.utils import translation
from django.utils.translation import gettext
from markupsafe import Markup

from apps.common.habits import direction_of, spelling_of, text_language_of
from apps.common.html_text import text_of_html
from apps.common.text import line_of
from apps.notifications.letterhead import Letterhead
from apps.notifications.mail_registry import (
    MailType,
    Variable,
    find_mail_type,
    group,
    link,
    text,
)
from apps.notifications.models import WORDING_FIELDS, MailWording
from apps.notifications.sandbox import Broken, Fault, render
from apps.tenancy.context import current_store

log = structlog.get_logger(__name__)

SUBJECT_LENGTH: Final = 200
_PREHEADER_LENGTH: Final = 110
_LINES: Final = frozenset({"subject", "preheader", "heading", "button"})
_HTML_FIELDS: Final = frozenset({"heading", "body", "button"})


@dataclass(frozen=True)
class Pieces:
    """The parts of a mail that staff word. `heading`, `body` and `button` are HTML."""

    subject: str
    preheader: str
    heading: str
    body: str
    button: str
    text: str


@dataclass(frozen=True)
class Composed:
    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class Letter:
    """What a mail is made of. `secret` never gets into the line that mailboxes show below the subject."""

    template: str
    context: Mapping[str, Any]
    language: str
    letterhead: Letterhead
    secret: str = ""

    def facts(self) -> dict[str, Any]:
        return {**self.context, "store": current_store(), "letterhead": self.letterhead}


def common_variables() -> tuple[Variable, ...]:
    """Those that every mail has."""
    return (
        group(
            "store",
            gettext("The store"),
            text("name", gettext("Its name"), "Chai & Clay"),
            link("url", gettext("Its start page"), "https://chai.example/"),
            text("contact", gettext("Its contact address"), "hello@chai.example"),
        ),
        text("default", gettext("This part as it is without an edit"), ""),
    )


def variables_of(mail: MailType) -> tuple[Variable, ...]:
    way_out = link("unsubscribe_url", gettext("Where the reader unsubscribes"), "https://...")
    return (*common_variables(), *mail.variables, *(() if mail.is_transactional else (way_out,)))


def example_of(mail: MailType) -> dict[str, Any]:
    """The example values of a mail's variables."""
    return {one.name: one.example for one in mail.variables}


def compose(letter: Letter, wording: MailWording | None = None) -> Composed:
    """The mail. Raises `Broken` for a wording that can't be used."""
    facts = letter.facts()
    with translation.override(spelling_of(letter.language, current_store().country)):
        by_default = _default(letter, facts)
        if wording is None or wording.is_default:
            return by_default
        pieces = _worded(letter, wording, by_default, facts)
        _require_links(letter, pieces, facts)
        page = {**facts, **{name: getattr(pieces, name) for name in WORDING_FIELDS}}
        page |= _spoken(wording.language)
        html = render_to_string("mail/worded.html", page)
        words = _with_ending(pieces.text.strip(), facts)
    return Composed(pieces.subject, words + "\n", html.strip() + "\n")


def _require_links(letter: Letter, pieces: Pieces, facts: Mapping[str, Any]) -> None:
    mail = find_mail_type(letter.template)
    for name in mail.required if mail is not None else ():
        if str(facts.get(name, "")) not in pieces.text:
            raise Broken([lacking(name)])


def lacking(name: str) -> Fault:
    return Fault(1, gettext("This mail needs its link: write {{ %(name)s }}.") % {"name": name})


def _spoken(language: str) -> dict[str, str]:
    """The language of the words and their direction, for the HTML."""
    return {"words_language": language, "words_direction": direction_of(language)}


def _with_ending(body: str, facts: Mapping[str, Any]) -> str:
    """However staff word a mail, its text ends with who the store is, and says how such mails are refused."""
    letterhead: Letterhead = facts["letterhead"]
    imprint = "\n".join(letterhead.imprint)
    parts = [body, imprint] if imprint and imprint not in body else [body]
    way_out = facts.get("unsubscribe_url")
    if way_out and str(way_out) not in body:
        parts.append(gettext("Unsubscribe from such mails: %(url)s") % {"url": way_out})
    return "\n\n".join(parts)


def _default(letter: Letter, facts: Mapping[str, Any]) -> Composed:
    """The mail of the files in `templates/mail/`."""
    name = letter.template
    subject = render_to_string(f"mail/{name}.subject.txt", {**facts})
    body = str(render_to_string(f"mail/{name}.body.txt", {**facts}).strip())
    body = _with_ending(body, facts)
    shown = {**facts, "preheader": _preheader(body, letter.secret)}
    shown |= _spoken(text_language_of(translation.get_language() or "en"))
    html = render_to_string(f"mail/{name}.body.html", shown)
    return Composed(line_of(subject, most=SUBJECT_LENGTH), body + "\n", html.strip() + "\n")


def _preheader(body: str, secret: str) -> str:
    """How the text begins, up to the secret and without addresses."""
    if secret:
        body = body.partition(secret)[0]
    words = [word for word in body.split() if "://" not in word]
    return line_of(" ".join(words[:40]), most=_PREHEADER_LENGTH)


def _worded(
    letter: Letter, wording: MailWording, by_default: Composed, facts: Mapping[str, Any]
) -> Pieces:
    pieces = default_pieces(letter, by_default, facts)
    mail = find_mail_type(letter.template)
    if mail is None:
        raise Broken([])
    known, values = variables_of(mail), _values(facts)
    worded: dict[str, str] = {}
    for name in WORDING_FIELDS:
        source = getattr(wording, name)
        if source:
            worded[name] = _word(name, source, getattr(pieces, name), known, values)
    made = replace(pieces, **worded)
    if "text" not in worded and not worded.keys().isdisjoint({"body", "heading"}):
        made = replace(made, text=_text_of(made, facts))
    return replace(
        made,
        subject=made.subject or by_default.subject,
        button=made.button or pieces.button,
    )


def _word(
    name: str, source: str, default: str, known: tuple[Variable, ...], values: dict[str, Any]
) -> str:
    is_html = name in _HTML_FIELDS
    values = {**values, "default": Markup(default) if is_html else default}  # noqa: S704  HTML of our own templates
    made = render(source, known, values, is_html=is_html)
    if name == "body":
        return clean_mail_html(made)
    if name in ("heading", "button"):
        return nh3.clean(line_of(made), tags=set())
    if name in _LINES:
        return line_of(made, most=SUBJECT_LENGTH)
    return made


def default_pieces(letter: Letter, by_default: Composed, facts: Mapping[str, Any]) -> Pieces:
    blocks = _blocks(f"mail/{letter.template}.body.html", facts, ("heading", "body", "button"))
    return Pieces(
        subject=by_default.subject,
        preheader=_preheader(by_default.text, letter.secret),
        heading=blocks["heading"],
        body=blocks["body"],
        button=blocks["button"],
        text=by_default.text,
    )


def _blocks(name: str, facts: Mapping[str, Any], wanted: tuple[str, ...]) -> dict[str, str]:
    """Blocks of a template by themselves, else those of the template that it extends."""
    template: Any = get_template(name).template  # type: ignore[attr-defined]  # of Django's own engine
    context = Context({**facts})
    found: dict[str, str] = {}
    with context.render_context.push_state(template), context.bind_template(template):
        (extends,) = template.nodelist.get_nodes_by_type(ExtendsNode)
        parent = extends.get_parent(context)
        blocks = {node.name: node for node in parent.nodelist.get_nodes_by_type(BlockNode)}
        blocks |= extends.blocks
        for block in wanted:
            found[block] = str(blocks[block].nodelist.render(context)).strip()
    return found


def clean_mail_html(html: str) -> str:
    """Whole tags of those that mails have: nothing that runs, and nothing that breaks the letter around it."""
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes={"*": _ATTRIBUTES, "a": {"href"}, "img": {"src", "alt", "width", "height"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=None,
    )


_TAGS: Final = set(
    "a b blockquote br center code div em h1 h2 h3 h4 hr i img li ol p pre s small span strong sub sup table tbody td tfoot th thead tr u ul".split()  # noqa: SIM905  a list of names
)
_ATTRIBUTES: Final = set(
    "align bgcolor border cellpadding cellspacing class colspan dir lang role rowspan style valign width".split()  # noqa: SIM905  a list of names
)


def _text_of(pieces: Pieces, facts: Mapping[str, Any]) -> str:
    """The text of a mail whose HTML was worded: the same words, with the addresses of its links."""
    lines = [text_of_html(f"<p>{pieces.heading}</p>{pieces.body}")]
    if url := facts.get("url"):
        lines.append(f"{text_of_html(pieces.button)}:\n{url}")
    letterhead: Letterhead = facts["letterhead"]
    store = [current_store().name, letterhead.url, letterhead.contact]
    lines.append("-- \n" + "\n".join(line for line in store if line))
    return "\n\n".join(lines)


def _values(facts: Mapping[str, Any]) -> dict[str, Any]:
    letterhead: Letterhead = facts["letterhead"]
    store = {
        "name": current_store().name,
        "url": letterhead.url,
        "contact": letterhead.contact,
    }
    return {**facts, "store": store}


# Mails that are written while this is set go into the list: for a preview.
_caught: ContextVar[list[Letter] | None] = ContextVar("caught_letters", default=None)


@contextmanager
def catching_letters() -> Iterator[list[Letter]]:
    """What would be written meanwhile is put into the list, and nothing is written or sent."""
    letters: list[Letter] = []
    token = _caught.set(letters)
    try:
        yield letters
    finally:
        _caught.reset(token)


def catch(letter: Letter) -> bool:
    """True if it was caught."""
    letters = _caught.get()
    if letters is None:
        return False
    letters.append(letter)
    return True
