"""Pages in the memory of the process: answered before the store is active, and only where the way through it would answer the
same."""

from typing import Any

import pytest
from django.middleware import csrf
from django.middleware.csrf import CSRF_ALLOWED_CHARS, CSRF_SECRET_LENGTH
from django.test import Client

from apps.platform.middleware import StoreMiddleware
from apps.storefront.page_cache import hits, holes
from tests.support.kept_pages import is_rendered, text_of, visitor


@pytest.fixture
def passed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of requests that reached `StoreMiddleware`."""
    seen: list[str] = []
    answer = StoreMiddleware._answer

    def note(self: Any, request: Any) -> Any:
        seen.append(request.path)
        return answer(self, request)

    monkeypatch.setattr(StoreMiddleware, "_answer", note)
    return seen


def test_a_page_in_memory_is_the_same_and_needs_no_active_store(
    pages: list[str], store: Any, passed: list[str]
) -> None:
    for path in pages:
        rendered = visitor(store, cart_count="3").get(path)
        assert is_rendered(rendered), path
        passed.clear()
        answer = visitor(store, cart_count="3").get(path)
        assert text_of(answer) == text_of(rendered)
        assert passed == [], path
        own = {"X-Request-ID", "ETag", "Content-Security-Policy"}
        assert set(answer.headers) == set(rendered.headers)
        for name in set(answer.headers) - own:
            assert answer[name] == rendered[name], name


@pytest.mark.parametrize("host", ["ALPHA.localhost", "alpha.localhost.", "alpha.localhost:9"])
def test_another_spelling_of_the_host_is_redirected_as_without_a_page(
    pages: list[str], store: Any, passed: list[str], host: str
) -> None:
    visitor(store).get("/")
    answer = Client(headers={"host": host}).get("/")
    assert answer.status_code == 301
    assert answer["Location"].startswith("http://alpha.localhost")


@pytest.mark.parametrize(
    ("method", "cookies", "headers"),
    [
        ("post", {}, {}),
        ("get", {"session_alpha": "x"}, {}),
        ("get", {"messages": "x"}, {}),
        ("get", {}, {"authorization": "Bearer x"}),
    ],
)
def test_what_no_cached_page_may_answer_passes(
    pages: list[str],
    store: Any,
    passed: list[str],
    method: str,
    cookies: dict[str, str],
    headers: dict[str, str],
) -> None:
    visitor(store).get("/")
    passed.clear()
    getattr(visitor(store, **cookies), method)("/", headers=headers)
    assert passed == ["/"]


def test_a_store_whose_database_is_gone_is_not_answered_from_memory(
    pages: list[str], store: Any, passed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor(store).get("/")
    passed.clear()
    monkeypatch.setattr(hits, "is_reachable", lambda store: False)
    visitor(store).get("/")
    assert passed == ["/"]


def test_tokens_are_what_django_reads_and_every_character_is_as_likely() -> None:
    secret = holes._random_text()
    token = holes._masked(secret)
    assert len(secret) == CSRF_SECRET_LENGTH
    unmask: Any = vars(csrf)["_unmask_cipher_token"]
    assert unmask(token) == secret
    assert holes._masked(secret) != token
    fair = bytes(range(256)).translate(holes._CHARS, holes._UNFAIR).decode()
    assert {fair.count(char) for char in CSRF_ALLOWED_CHARS} == {256 // len(CSRF_ALLOWED_CHARS)}
