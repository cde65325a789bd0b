"""Pages from the cache: who gets them, what is never kept, and what no visitor can do to the next one's page."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from apps.accounts import services as accounts
from apps.accounts.models import Role
from apps.catalog.documents import Product
from apps.storefront.page_cache import storage
from apps.storefront.views import browsing
from apps.tenancy.context import use_store
from tests.support.acting import SYSTEM
from tests.support.dead_cache import without_shared_cache
from tests.support.kept_pages import is_rendered, text_of, uncached, visitor


def test_the_second_visitor_gets_the_kept_page(pages: list[str], store: Any) -> None:
    for path in pages:
        assert is_rendered(visitor(store).get(path)), path
        answer = visitor(store).get(path)
        assert answer.status_code == 200
        assert not is_rendered(answer), path


def test_a_kept_page_is_the_rendered_one_byte_for_byte(pages: list[str], store: Any) -> None:
    for path in pages:
        for cookies in ({}, {"cart_count": "7"}, {"cart_count": "1", "cart": "abc"}):
            first = text_of(visitor(store, **cookies).get(path))
            second = text_of(visitor(store, **cookies).get(path))
            assert first == second == uncached(store, path, **cookies), path


def test_another_process_is_answered_from_the_shared_cache(pages: list[str], store: Any) -> None:
    before = [text_of(visitor(store).get(path)) for path in pages]
    storage.memory.clear()
    for path, text in zip(pages, before, strict=True):
        answer = visitor(store).get(path)
        assert is_rendered(answer) is ("?" in path), path  # values of parameters have no end
        assert text_of(answer) == text


def test_only_the_normal_spelling_of_an_address_is_shared(pages: list[str], store: Any) -> None:
    """A slug has thousands of spellings, and each would be a page in the shared cache."""
    path = next(path for path in pages if path.startswith("/product/") and "?" not in path)
    for spelling in (
        path,
        path.replace("/product/", "/product/%E2%80%8D"),
        path[:9] + path[9:].upper(),
    ):
        first = visitor(store).get(spelling)
        assert first.status_code == 200
        storage.memory.clear()
        assert is_rendered(visitor(store).get(spelling)) is (spelling != path), spelling


def test_headers_are_those_of_a_rendered_page(pages: list[str], store: Any) -> None:
    own = {"ETag", "Cache-Control", "Vary", "X-Request-ID", "Content-Security-Policy"}
    for path in pages:
        plain = visitor(store, session_alpha="x").get(path)
        visitor(store).get(path)
        answer = visitor(store).get(path)
        assert set(answer.headers) - own == set(plain.headers) - own, path
        for name in set(plain.headers) - own - {"Content-Length"}:
            assert answer[name] == plain[name], name
        assert set(answer["Content-Security-Policy"].split("; ")) == set(
            plain["Content-Security-Policy"].split("; ")
        )
        assert int(answer["Content-Length"]) == len(answer.content)
        assert answer["X-Request-ID"] != visitor(store).get(path)["X-Request-ID"]
        assert answer["Cache-Control"] == "private, no-cache"
        assert answer["Vary"] == "Cookie"


def test_the_form_of_a_kept_page_works(pages: list[str], store: Any) -> None:
    """Each visitor has a token of their own, and it is the one of their cookie."""
    visitor(store).get("/product/assam/")
    tokens = set()
    for _ in range(2):
        client = Client(enforce_csrf_checks=True, headers={"host": "alpha.localhost"})
        page = client.get("/product/assam/")
        assert not is_rendered(page)
        cookie = page.cookies["csrftoken"]
        assert cookie["samesite"] == "Lax"
        token = page.text.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
        variant = page.text.split("?variant=")[1].split('"')[0]
        form = {"variant": variant, "csrfmiddlewaretoken": token}
        assert client.post("/cart/add/", form).status_code == 302
        assert client.get("/product/assam/").text.count("Cart, 1 item") == 1
        other = {**form, "csrfmiddlewaretoken": token[::-1]}
        assert client.post("/cart/add/", other).status_code == 403
        tokens |= {cookie.value, token}
    assert len(tokens) == 4


def test_a_page_without_a_form_sets_no_cookie(pages: list[str], store: Any) -> None:
    for _ in range(2):
        assert not visitor(store).get("/").cookies


@pytest.fixture
def customer_client(store: Any, browse: Any, customer: Any, log_in: Any) -> Client:
    log_in(browse, customer)
    return browse


def test_a_login_a_message_and_credentials_get_a_page_of_their_own(
    pages: list[str], store: Any, customer_client: Client
) -> None:
    for path in pages:
        visitor(store).get(path)
        assert is_rendered(customer_client.get(path)), path
        assert is_rendered(visitor(store, messages="x").get(path)), path
        assert is_rendered(visitor(store).get(path, headers={"authorization": "Bearer x"})), path
        assert not is_rendered(visitor(store).get(path)), path


def test_a_message_is_shown_once_and_in_no_kept_page(pages: list[str], store: Any) -> None:
    client = visitor(store)
    client.post("/cart/add/", {"variant": "nonsense", "back": "/product/assam/"})
    client.get("/")
    for _ in range(2):
        assert 'class="notice danger"' not in visitor(store).get("/").text


def test_what_only_staff_see_is_never_kept(
    pages: list[str], store: Any, sell: Any, browse: Any, log_in: Any
) -> None:
    draft = sell("Secret")
    with use_store(store, actor=SYSTEM):
        Product.objects.filter(pk=draft.pk).update(status="draft")
        owner = accounts.create_user(
            email="Owner@Example.com", password="correct horse battery", role=Role.OWNER
        )
    log_in(browse, owner)
    assert "Secret" in browse.get("/product/secret/").text
    for _ in range(2):
        answer = visitor(store).get("/product/secret/")
        assert answer.status_code == 404
        assert "Secret" not in answer.text


def test_errors_are_answered_whole_and_not_kept(store: Any, monkeypatch: Any) -> None:
    for cookies, words in (({}, "Cart, 0 items"), ({"cart_count": "7"}, "Cart, 7 items")):
        answer = visitor(store, **cookies).get("/product/nothing/")
        assert answer.status_code == 404
        assert words in answer.text
        assert is_rendered(answer)
        assert "hole" not in answer.text

    def fail() -> None:
        raise RuntimeError("on purpose")

    with monkeypatch.context() as patch:
        patch.setattr("apps.storefront.views.browsing.get_window", fail)
        assert visitor(store).get("/").status_code == 500
    assert visitor(store).get("/").status_code == 200


def test_only_what_a_view_calls_the_same_for_everyone_is_kept(
    pages: list[str], store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browsing, "for_everyone", lambda response: response)
    for _ in range(2):
        assert is_rendered(visitor(store).get("/"))


def test_a_page_that_sets_a_cookie_is_not_kept(
    pages: list[str], store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def with_cookie(response: Any) -> Any:
        response.set_cookie("seen", "1")
        response.is_for_everyone = True
        return response

    monkeypatch.setattr(browsing, "for_everyone", with_cookie)
    for _ in range(2):
        answer = visitor(store).get("/")
        assert is_rendered(answer)
        assert "seen" in answer.cookies


def test_the_browser_is_told_when_nothing_has_changed(
    pages: list[str], store: Any, sell: Callable[..., Any]
) -> None:
    for path in pages:
        client = visitor(store)
        tag = client.get(path)["ETag"]
        answer = client.get(path, headers={"if-none-match": tag})
        if path == "/product/assam/":  # the first visit made the token
            tag = answer["ETag"]
            answer = client.get(path, headers={"if-none-match": tag})
        assert answer.status_code == 304, path
        assert not answer.content
        assert answer["ETag"] == tag
        assert answer["Vary"] == "Cookie"
        head = client.head(path)
        assert (head.status_code, head.content) == (200, b"")
        client.cookies["cart_count"] = "3"
        assert client.get(path, headers={"if-none-match": tag}).status_code == 200, path
    tag = visitor(store).get("/")["ETag"]
    sell("Darjeeling")
    assert visitor(store).get("/", headers={"if-none-match": tag}).status_code == 200


def test_another_visitors_tag_is_not_ones_own(pages: list[str], store: Any) -> None:
    one, other = visitor(store), visitor(store)
    one.get("/product/assam/")
    tag = one.get("/product/assam/")["ETag"]
    other.get("/product/assam/")
    answer = other.get("/product/assam/", headers={"if-none-match": tag})
    assert answer.status_code == 200


@pytest.mark.matrix
def test_the_shop_sells_while_the_cache_is_gone(pages: list[str], store: Any) -> None:
    visitor(store).get("/")
    with without_shared_cache():
        for path in pages:
            for _ in range(2):
                answer = visitor(store).get(path)
                assert answer.status_code == 200
                assert is_rendered(answer), path
        client = visitor(store)
        page = client.get("/product/assam/").text
        variant = page.split("?variant=")[1].split('"')[0]
        assert client.post("/cart/add/", {"variant": variant}).status_code == 302
        assert "Assam" in client.get("/cart/").text
        assert client.get("/checkout/").status_code == 200
