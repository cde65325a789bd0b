"""Pages of words: what is kept, what is refused, who sees a draft."""

from typing import Any

import pytest

from apps.accounts import services as accounts
from apps.content import services as content
from apps.content.drafts import drafts_for
from apps.content.errors import InvalidPage
from apps.content.models import Page, Purpose
from apps.content.selectors import list_page_links
from apps.tenancy.context import use_store

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_store")]


def make(title: str = "Care", **values: Any) -> Page:
    given = {"title": title, "body": "<p>Wash by hand.</p>", "is_published": True, **values}
    return content.save_page(values=given)


def test_a_new_store_has_drafts_and_publishes_none() -> None:
    slugs = list(Page.objects.values_list("slug", flat=True))

    assert slugs == [draft.slug for draft in drafts_for("IN")]
    assert "grievance-officer" in slugs
    assert not Page.objects.filter(is_published=True).exists()
    assert list_page_links() == []
    assert all("[" in page.body for page in Page.objects.all())


def test_other_countries_have_their_own_drafts() -> None:
    assert Purpose.GRIEVANCE not in {draft.purpose for draft in drafts_for("US")}
    returns = {draft.slug: draft.body for draft in drafts_for("DE")}["returns"]
    assert "withdraw from your purchase within 14 days" in returns
    assert "[" in returns


def test_what_is_written_is_made_safe() -> None:
    page = make(body='<p onclick="x()">Hi<script>alert(1)</script></p><a href="javascript:x">y</a>')

    assert "script" not in page.body
    assert "onclick" not in page.body


@pytest.mark.parametrize(
    ("title", "slug"),
    [("Wash & care", "wash-care"), ("हमारे बारे में", "हमारे-बारे-में"), ("!!!", "page")],
)
def test_the_address_comes_from_the_title(title: str, slug: str) -> None:
    assert make(title).slug == slug
    assert make(title).slug == f"{slug}-2"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 121}, "title"),
        ({"title": "\u200b"}, "title"),
        ({"slug": "a b/c"}, "slug"),
        ({"slug": "about"}, "slug"),
        ({"body": "\x00"}, "body"),
        ({"body": "x" * 100_001}, "body"),
        ({"purpose": "joke"}, "purpose"),
    ],
)
def test_what_can_not_be_is_refused_at_its_field(values: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidPage) as refused:
        make(**values)
    assert field in refused.value.fields


def test_a_change_shows_at_once_and_a_deleted_page_is_gone(
    browse: Any, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(using="default", execute=True):
        page = make("Care")
    assert "Wash by hand." in browse.get("/pages/care/").content.decode()
    assert 'href="/pages/care/"' in browse.get("/").content.decode()

    with django_capture_on_commit_callbacks(using="default", execute=True):
        content.save_page(values={"title": "Washing", "in_footer": False}, page=page)
    assert "<h1>Washing</h1>" in browse.get("/pages/care/").content.decode()
    assert 'href="/pages/care/"' not in browse.get("/").content.decode()

    content.delete_page(page=page)
    assert browse.get("/pages/care/").status_code == 404


def test_only_staff_see_a_draft(browse: Any, store: Any) -> None:
    make("Care", is_published=False)
    assert browse.get("/pages/care/").status_code == 404

    with use_store(store):
        accounts.create_user(email="staff@example.com", password="correct horse battery")
    from apps.accounts.models import User

    user = User.objects.get(email="staff@example.com")
    User.objects.filter(pk=user.pk).update(is_staff=True, is_superuser=True)
    browse.post(
        "/account/login/", {"login": "staff@example.com", "password": "correct horse battery"}
    )
    answer = browse.get("/pages/care/")
    assert "only staff see it" in answer.content.decode()
    assert "no-cache" in answer["Cache-Control"] or "no-store" in answer["Cache-Control"]


def test_pages_of_one_store_are_not_the_others(
    other_store: Any, client_for: Any, browse: Any
) -> None:
    make("Care")
    assert client_for(other_store).get("/pages/care/").status_code == 404
