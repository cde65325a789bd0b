"""Text with headings, lists and links, written as in a word processor (Trix); kept as the HTML the services clean.

The field is a textarea; the page's script puts the editor over it. Content that the editor would lose (tables,
pictures, other headings) is edited as HTML, so that opening and saving a product changes nothing.
"""

from html.parser import HTMLParser
from typing import Any

from django.forms.widgets import Script
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from unfold.widgets import UnfoldAdminTextareaWidget

_KEPT_TAGS = {
    *("p", "div", "br", "strong", "b", "em", "i", "a"),
    *("ul", "ol", "li", "blockquote", "h3", "del"),
}
_KEPT_ATTRIBUTES = {("a", "href"), ("a", "rel")}


class RichTextWidget(UnfoldAdminTextareaWidget):
    class Media:
        css = {"all": ("backoffice/catalog.css",)}
        js = (
            Script("unfold/forms/js/trix/trix.js", defer=True),
            Script("backoffice/rich_text.js", defer=True),
        )

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        textarea = super().render(name, value, attrs, renderer)
        return render_to_string(
            "backoffice/rich_text.html",
            {
                "textarea": textarea,
                "is_rich": is_kept_by_editor(str(value or "")),
                "id": (attrs or {}).get("id", name),
            },
        )


def is_kept_by_editor(html: str) -> bool:
    """Whether the editor preserves this HTML."""
    found = _Tags()
    found.feed(html)
    return found.tags <= _KEPT_TAGS and found.attributes <= _KEPT_ATTRIBUTES


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str]] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {(tag, name) for name, _value in attrs}
