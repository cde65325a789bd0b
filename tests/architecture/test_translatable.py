"""Every text that people read can be translated: no template and no message to a person holds a bare text."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.functional import Promise

from apps.common.errors import DomainError
from config.run.messages import missing_texts
from tests.architecture.code_texts import NOT_SHOWN, bare_sentences
from tests.architecture.template_texts import unmarked

TEMPLATES = Path(settings.BASE_DIR) / "templates"
APPS = Path(settings.BASE_DIR) / "apps"
# Templates whose text between tags is markup.
MARKUP = {
    "allauth/elements/button.html": "writes the name of its element by a condition",
    "unfold/helpers/change_list_filter.html": "writes the name of its element by a condition",
    "unfold/helpers/header_title.html": "writes the name of its element by a condition",
}
# The same in every language.
TEXTS = {
    "https://": "how an address begins",
    "Blue Dart": "the name of a carrier",
    "CSV": "the name of a format",
    "XLSX": "the name of a format",
    "2026-Q4": "how a quarter is typed",
    "India Post": "the name of a carrier",
}
# Functions of Django's messages, and what a form raises.
SAYING = {"success", "info", "warning", "error", "add_message", "message_user", "ValidationError"}
# What reports the progress of a job: its messages are marked with `gettext_noop` and translated when they are shown.
REPORTING = {"Step", "watch", "tell", "succeed", "make_message"}


def templates() -> Iterator[Path]:
    return (path for path in sorted(TEMPLATES.rglob("*")) if path.suffix in (".html", ".txt"))


def test_every_text_of_a_template_is_marked() -> None:
    faults = {}
    for path in templates():
        name = str(path.relative_to(TEMPLATES))
        found = unmarked(path.read_text(), is_html=path.suffix == ".html")
        if name not in MARKUP and (bare := [text for text in found if text not in TEXTS]):
            faults[name] = bare
    assert faults == {}


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        ("<p>Hello</p>", ["Hello"]),
        ('<p>{% translate "Hello" %}</p>', []),
        ("{% blocktranslate %}Hello <b>{{ name }}</b>{% endblocktranslate %}", []),
        ("<p>{{ name }}, hello</p>", [", hello"]),
        ('<a title="Home" href="{% url "x" %}">{{ name }}</a>', ["Home"]),
        ('<a title="{% translate "Home" %}">·</a>', []),
        ('<option value="Did not fit">', ["Did not fit"]),
        ("<option value=\"{% translate 'Did not fit' %}\">", []),
        ('<a title="{% if a > b %}Home{% endif %}">1</a>', ["Home"]),
        ('{% include "a.html" with label="Tax" %}', ["Tax"]),
        ('{% include "a.html" with label=_("Tax") %}', []),
        ('<td>{{ name|default:"gone" }}</td>', ["gone"]),
        ("<style>p { margin: 0 }</style><script>const a = 1;</script>&nbsp;{# note #}", []),
    ],
)
def test_the_reading_of_templates_finds_bare_texts(source: str, texts: list[str]) -> None:
    assert unmarked(source) == texts


def test_no_message_to_a_person_is_a_bare_text() -> None:
    found = [
        f"{path.relative_to(APPS)}:{line}: {text}"
        for path in sorted(APPS.rglob("*.py"))
        if "migrations" not in path.parts
        for line, text in _bare_messages(path.read_text())
    ]
    assert found == []


def test_no_message_of_a_job_is_a_bare_text() -> None:
    found = [
        f"{path.relative_to(APPS)}:{line}: {text}"
        for path in sorted(APPS.rglob("*.py"))
        if "migrations" not in path.parts
        for line, text in _bare_job_messages(path.read_text())
    ]
    assert found == []


def test_the_reading_of_code_finds_bare_messages_of_jobs() -> None:
    source = (
        'Step("copy", 40, "Copying", _copy)\n'
        'watch(0.5, f"Reading {name}")\n'
        'lease.finish(message="Stopped")\n'
        'waiting = {"message": "Waiting"}\n'
        'watch(0.5, make_message(gettext_noop("Reading %(name)s"), name="Tea"))\n'
    )
    assert [text for _, text in _bare_job_messages(source)] == [
        "Copying", "Reading", "Stopped", "Waiting",
    ]  # fmt: skip


def _bare_job_messages(source: str) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(source)):
        for argument in _messages_in(node):
            text = _bare_text(argument)
            if text[:1].isupper():  # else a code
                yield argument.lineno, text


def _messages_in(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.Call):
        yield from (keyword.value for keyword in node.keywords if keyword.arg == "message")
        name = _name_of(node.func)
        yield from (node.args[2:3] if name == "Step" else node.args if name in REPORTING else ())
    elif isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and key.value == "message":
                yield value


def test_no_sentence_is_bare() -> None:
    """Whatever it is given to: an error, a collector of errors, a table of messages, a help text."""
    found = [
        f"{path.relative_to(APPS)}:{line}: {text}"
        for path in sorted(APPS.rglob("*.py"))
        if not any(part in f"/{path.relative_to(APPS)}" for part in NOT_SHOWN)
        for line, text in bare_sentences(path.read_text())
    ]
    assert found == []


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        ('faults.add("slug", "This is taken.")', ["This is taken."]),
        (
            'FAILURES = {1044: ("Not allowed.", "Ask the owner.")}',
            ["Not allowed.", "Ask the owner."],
        ),
        ('report.ok("tables", f"{count} tables are there.")', ["{} tables are there."]),
        ('report.ok("tables", gettext("All tables are there."))', []),
        ('raise ValueError("A mistake of the code.")', []),
        ('"""A docstring is not shown."""', []),
        ('log.warning("A step failed.")', []),
    ],
)
def test_the_reading_of_code_finds_bare_sentences(source: str, texts: list[str]) -> None:
    assert [text for _, text in bare_sentences(source)] == texts


def domain_errors(base: type[DomainError] = DomainError) -> Iterator[type[DomainError]]:
    for error in base.__subclasses__():
        yield error
        yield from domain_errors(error)


def test_the_title_of_every_domain_error_is_marked() -> None:
    own = [error for error in domain_errors() if error.__module__.startswith("apps.")]
    assert [error for error in own if not isinstance(error.title, Promise)] == []


def test_the_reading_of_code_finds_bare_messages() -> None:
    source = 'messages.success(request, f"{name} saved")\nmessages.error(request, _("No"))'
    assert list(_bare_messages(source)) == [(1, "saved")]


def _bare_messages(source: str) -> Iterator[tuple[int, str]]:
    saying = SAYING | {error.__name__ for error in domain_errors()}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and _name_of(node.func) in saying:
            for argument in node.args:
                if text := _bare_text(argument):
                    yield node.lineno, text


def _name_of(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        is_log = isinstance(function.value, ast.Name) and function.value.id in ("log", "logger")
        return "" if is_log else function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _bare_text(node: ast.expr) -> str:
    """What a literal, or an f-string, says in letters."""
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    said = [
        str(part.value)
        for part in parts
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    ]
    text = " ".join(said).strip()
    return text if any(letter.isalpha() for letter in text) else ""


def test_a_compiled_catalogue_is_whole() -> None:
    """A store of its language uses it at once."""
    for compiled in (Path(settings.BASE_DIR) / "locale").glob("*/LC_MESSAGES/django.mo"):
        assert missing_texts(compiled.with_suffix(".po")) == []


def test_guesses_and_gaps_of_a_catalogue_are_missing_texts(tmp_path: Path) -> None:
    file = tmp_path / "django.po"
    file.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        'msgid "Cart"\nmsgstr "Warenkorb"\n\n'
        '#, fuzzy\nmsgid "Order"\nmsgstr "Order"\n\n'
        'msgid "Pay"\nmsgstr ""\n\n'
        'msgid "item"\nmsgid_plural "items"\nmsgstr[0] "Artikel"\nmsgstr[1] ""\n'
    )
    assert missing_texts(file) == ["Order", "Pay", "('item', 'items')"]
