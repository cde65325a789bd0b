"""Pages from the cache: who gets them, what is never kept, and what no visitor can do to the next one's page."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from apps.accounts import services as accounts
from apps.accounts.models import Role
from apps.catalog.documents import Product
from apps.storefront.forms.listing import ListingForm
from apps.storefront.page_cache import storage
from apps.storefront.views import browsing
from apps.tenancy.context import use_store
from apps.tenancy.shared_cache import SharedCache
from tests.support.acting import SYSTEM
from tests.support.dead_cache import without_shared_cache
from tests.support.kept_pages import is_rendered, text_of, uncached, visitor


@pytest.fixture
def pages(sell: Any, category: Any, in_store: Any, as_staff: None) -> list[str]:
    """One of each kind."""
    from apps.content import services as content

    sell("Assam", sizes={"S": 3, "L": 0}, category_ids=[category.pk])
    content.save_page(values={"title": "Care", "body": "<p>x</p>", "is_published": True})
    return [
        "/",
        "/category/tea/",
        "/search/",
        "/search/?sort=newest",
        "/product/assam/",
        "/pages/care/",
    ]


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


POISON = {
    "host": None,
    "x-forwarded-host": "evil.example",
    "x-forwarded-proto": "https",
    "x-forwarded-port": "1234",
    "x-forwarded-for": "6.6.6.6",
    "x-original-url": "/evil/",
    "x-rewrite-url": "/evil/",
    "forwarded": "host=evil.example",
    "accept-language": "hi",
    "accept": "application/json",
    "accept-charset": "utf-7",
    "user-agent": "evil",
    "referer": "https://evil.example/",
    "origin": "https://evil.example",
    "x-requested-with": "XMLHttpRequest",
    "x-part": "drawer",
    "x-http-method-override": "POST",
    "range": "bytes=0-10",
    "x-request-id": "evil-evil-evil",
}
COOKIES = {"django_language": "hi", "csrftoken": "e" * 32, "cart": "evil", "cart_count": "666"}


@pytest.mark.parametrize(
    "path", ["/", "/category/tea/", "/search/", "/product/assam/", "/pages/care/"]
)
def test_headers_and_cookies_of_one_visitor_are_in_no_other_ones_page(
    pages: list[str], store: Any, path: str
) -> None:
    plain = uncached(store, path)
    storage.memory.clear()
    headers = {name: value for name, value in POISON.items() if value}
    poisoned = visitor(store, **COOKIES).get(path, headers=headers)
    assert is_rendered(poisoned)
    assert text_of(visitor(store).get(path)) == plain
    assert not is_rendered(visitor(store).get(path))


@pytest.mark.parametrize(
    "path", ["/", "/category/tea/", "/search/", "/product/assam/", "/pages/care/"]
)
def test_unknown_parameters_make_no_page_and_reach_none(
    pages: list[str], store: Any, path: str
) -> None:
    plain = uncached(store, path)
    first = visitor(store).get(f"{path}?utm_source=evil&next=//evil.example&%3Cscript%3E=1")
    assert "evil" not in first.text
    assert text_of(first) == plain
    for number in range(3):
        answer = visitor(store).get(f"{path}?x={number}&page[]=2&Sort=newest")
        assert not is_rendered(answer)
        assert text_of(answer) == plain


def test_links_of_a_list_do_not_repeat_unknown_parameters(
    store: Any, sell: Any, category: Any
) -> None:
    for number in range(25):
        sell(f"Tea {number}", category_ids=[category.pk])
    first = visitor(store).get("/category/tea/?evil=1&sort=title").text
    assert "?sort=title&amp;page=2" in first
    assert "evil" not in first


def test_every_filter_of_a_list_is_known(pages: list[str], store: Any) -> None:
    """A new field of the form either makes pages of its own or is never kept."""
    values = {"q": "assam", "sort": "title", "price_min": "5", "price_max": "5", "page": "2"}
    values |= {"f": "Brand:Loom", "available": "1"}
    assert set(values) == set(ListingForm.base_fields), "add a value for the new field"
    plain = text_of(visitor(store).get("/category/tea/"))
    for name, value in values.items():
        path = f"/category/tea/?{name}={value}"
        answer = visitor(store).get(path)
        assert is_rendered(answer), name
        assert text_of(answer) == uncached(store, path)
        if name != "page":
            assert text_of(answer) != plain, name


def test_two_stores_with_the_same_addresses_have_their_own_pages(
    pages: list[str], store: Any, other_store: Any, sell: Any
) -> None:
    for path in ["/", "/search/", "/product/assam/", "/category/tea/"]:
        ours = visitor(store).get(path)
        theirs = visitor(other_store).get(path)
        again = visitor(store).get(path)
        assert text_of(ours) == text_of(again)
        assert "Alpha" in ours.text
        assert "Alpha" not in theirs.text
        assert "₹" not in theirs.text
        theirs = visitor(other_store).get(path, headers={"x-forwarded-host": "alpha.localhost"})
        assert "Alpha" not in theirs.text


def test_a_session_of_another_store_is_none_here(pages: list[str], store: Any) -> None:
    visitor(store).get("/")
    assert not is_rendered(visitor(store, session_beta="x").get("/"))


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


def test_one_request_makes_a_page_and_the_others_wait_for_it(
    pages: list[str], store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, may_go_on = [], threading.Event()
    others = 5

    def make() -> storage.CachedPage:
        made.append(1)
        assert may_go_on.wait(10)
        return storage.CachedPage("w", (b"page",), (), (), "t")

    from apps.tenancy.page_versions import PageVersions

    versions = PageVersions({}, "w", 0.0)
    found: list[Any] = []

    def ask() -> None:
        found.append(storage.find_page("key", None, versions, make))

    threads = [threading.Thread(target=ask) for _ in range(others + 1)]
    for thread in threads:
        thread.start()
    may_go_on.set()
    for thread in threads:
        thread.join(10)
    assert len(made) == 1
    assert [page.parts for page in found] == [(b"page",)] * (others + 1)


def test_while_a_page_is_made_others_get_the_one_of_a_moment_ago(
    store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import time

    from apps.tenancy.page_versions import PageVersions

    old = PageVersions({}, "old", time.monotonic())
    storage.find_page("key", None, old, lambda: storage.CachedPage("old", (b"old",), (), (), "t"))
    new = PageVersions({}, "new", time.monotonic())
    making, _ = storage.memory.begin("key", "new")
    asked = storage.find_page("key", None, new, lambda: None)
    assert asked is not None
    assert asked.parts == (b"old",)
    monkeypatch.setattr(storage, "OLD_SECONDS", 0.0)
    monkeypatch.setattr(storage, "WAIT_SECONDS", 0.0)
    assert storage.find_page("key", None, new, lambda: None) is None
    storage.memory.end("key", making)


def test_a_page_begun_before_a_change_is_not_kept_under_the_version_after_it(
    pages: list[str], store: Any, sell: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = browsing.get_window

    def overtaken() -> Any:
        window = whole()
        monkeypatch.undo()
        monkeypatch.setattr("apps.tenancy.shown_tables._after_commit", lambda c, call: call())
        with use_store(store, actor=SYSTEM):
            sell("Overtaking")
        return window

    monkeypatch.setattr(browsing, "get_window", overtaken)
    visitor(store).get("/")
    assert "Overtaking" in visitor(store).get("/").text


def test_memory_is_bounded(pages: list[str], store: Any, settings: Any) -> None:
    settings.PAGE_MEMORY_BYTES = 60_000
    for number in range(20):
        visitor(store).get(f"/product/assam/?variant={number}")
    assert storage.memory._size <= 60_000
    assert storage.memory._size == sum(page.size for page in storage.memory._pages.values())


def test_a_page_has_an_end_even_if_no_change_is_announced(
    pages: list[str], store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor(store).get("/")
    assert not is_rendered(visitor(store).get("/"))
    for page in storage.memory._pages.values():
        page.made_at -= settings.PAGE_SECONDS
    monkeypatch.setattr(SharedCache, "get_or_claim", lambda self, *asked: (None, True))
    assert is_rendered(visitor(store).get("/"))


def test_a_page_that_can_not_be_cached_makes_no_other_process_wait(
    store: Any, client_for: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[str] = []
    monkeypatch.setattr(storage, "_await_other", lambda *_: waited.append("waited"))
    for _visit in range(2):
        assert client_for(store).get("/product/not-there/").status_code == 404
    assert waited == []
