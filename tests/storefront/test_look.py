from typing import Any

from apps.content import services


def test_a_saved_theme_shows_on_the_next_page(
    in_store: Any, browse: Any, django_capture_on_commit_callbacks: Any
) -> None:
    before = browse.get("/theme.css").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        services.save_theme(values={"brand": "#123456", "hero_title": "Fresh <today>"})
    assert "--brand:#123456" in browse.get("/theme.css").content.decode() != before
    assert "Fresh &lt;today&gt;" in browse.get("/").content.decode()


def test_only_the_linked_address_of_the_css_is_kept_for_ever(in_store: Any, browse: Any) -> None:
    assert "max-age=0" in browse.get("/theme.css")["Cache-Control"]
    page = browse.get("/").content.decode()
    linked = page.split('href="/theme.css')[1].split('"')[0]
    assert "immutable" in browse.get(f"/theme.css{linked}")["Cache-Control"]


def test_nothing_found_offers_no_filters(browse: Any) -> None:
    page = browse.get("/search/?q=nobody-sells-this").content.decode()
    assert "See all products" in page
    assert 'class="tools"' not in page
