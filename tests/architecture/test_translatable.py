"""Every text that people read can be translated in a template too."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tests.architecture.template_texts import unmarked

TEMPLATES = Path(settings.BASE_DIR) / "templates"
# Templates whose text between tags is markup.
MARKUP = {
    "allauth/elements/button.html": "writes the name of its element by a condition",
    "unfold/helpers/header_title.html": "writes the name of its element by a condition",
}
# The same in every language.
TEXTS = {"https://": "how an address begins"}


def templates() -> Iterator[Path]:
    return (path for path in sorted(TEMPLATES.rglob("*")) if path.suffix in (".html", ".txt"))


@pytest.mark.parametrize("path", templates(), ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_every_text_of_a_template_is_marked(path: Path) -> None:
    if str(path.relative_to(TEMPLATES)) in MARKUP:
        return
    found = unmarked(path.read_text(), is_html=path.suffix == ".html")
    assert [text for text in found if text not in TEXTS] == []


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        ("<p>Hello</p>", ["Hello"]),
        ('<p>{% translate "Hello" %}</p>', []),
        ("{% blocktranslate %}Hello <b>{{ name }}</b>{% endblocktranslate %}", []),
        ("<p>{{ name }}, hello</p>", [", hello"]),
        ('<a title="Home" href="{% url "x" %}">{{ name }}</a>', ["Home"]),
        ('<a title="{% translate "Home" %}">·</a>', []),
        ('<a title="{% if a > b %}Home{% endif %}">1</a>', ["Home"]),
        ('{% include "a.html" with label="Tax" %}', ["Tax"]),
        ('{% include "a.html" with label=_("Tax") %}', []),
        ('<td>{{ name|default:"gone" }}</td>', ["gone"]),
        ("<style>p { margin: 0 }</style><script>const a = 1;</script>&nbsp;{# note #}", []),
    ],
)
def test_the_reading_of_templates_finds_bare_texts(source: str, texts: list[str]) -> None:
    assert unmarked(source) == texts
