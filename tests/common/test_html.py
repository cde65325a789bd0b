"""HTML of staff: safe, and read as text."""

import pytest

from apps.common.html import clean_html, text_of_html
from apps.common.text import NotText


@pytest.mark.parametrize(
    ("html", "text"),
    [
        (
            "<p>Tea &amp; spices, 5 &lt; 6 cups.</p><p>Second line</p>",
            "Tea & spices, 5 < 6 cups. Second line",
        ),
        ("one<br>two<br/>three", "one two three"),
        ("<ul><li>a</li><li>b</li></ul>", "a b"),
        ("<b>T</b>ea", "Tea"),
        ("a<script>x()</script><style>p{}</style> b", "a b"),
        ("5 &amp;lt; 6", "5 &lt; 6"),
        ("caf&eacute;&nbsp;!", "café !"),
        ("a < b", "a < b"),
        ("", ""),
    ],
)
def test_html_is_read_as_its_reader_sees_it(html: str, text: str) -> None:
    assert text_of_html(html) == text


@pytest.mark.parametrize(
    "link",
    [
        "whatsapp://send?text=x",
        "upi://pay?pa=a@b",
        "tel:+911",
        "mailto:a@b.example",
        "https://x.example",
        "/cart/",
    ],
)
def test_links_of_shops_are_kept(link: str) -> None:
    assert f'href="{link}"' in clean_html(f'<a href="{link}">x</a>')


@pytest.mark.parametrize(
    "link", ["javascript:x()", "data:text/html,x", "vbscript:x", " java\nscript:x()"]
)
def test_links_that_run_are_dropped(link: str) -> None:
    assert "href" not in clean_html(f'<a href="{link}">x</a>')


def test_html_is_safe_in_the_form_it_is_kept_in() -> None:
    """U+0338 behind `>` becomes one character with it: what is normalized after the check would lose its tags."""
    assert clean_html("<p>गु\u095c \u00a0!</p>") == "<p>गु\u0921\u093c &nbsp;!</p>"
    for html in ("<b>\u0338 <img src=x onerror=y()>", "<a href='#'>&#824;x</a>"):
        once = clean_html(html)
        assert "onerror" not in once
        assert clean_html(once) == once
    with pytest.raises(NotText):
        clean_html("<p>\x00</p>")
