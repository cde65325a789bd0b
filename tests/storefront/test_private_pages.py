"""A page that a cookie changes says so: a shared cache never gives one visitor's page to the next.

New addresses join by themselves. Everything is asked without cookies and with all that a browser can have here.
"""

import re
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpRequest
from django.test import Client

from apps.platform.models import Store
from apps.platform.selectors import forget_addresses
from tests.support.acting import seeing_all
from tests.support.canary import plant
from tests.support.routes import addresses

TOKENS = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"|nonce="[^"]*"')


def visitor(**cookies: str) -> Client:
    client = Client(headers={"host": "alpha.localhost"})
    client.raise_request_exception = False
    for name, value in cookies.items():
        client.cookies[name] = value
    return client


@pytest.fixture
def planted(store: Any) -> Any:
    with seeing_all(store):
        return plant(store)


@pytest.fixture
def somebody(planted: Any) -> dict[str, str]:
    """The cookies of a customer with a cart."""
    return {
        "session_alpha": planted.session_key,
        "cart": planted.cart_token,
        "cart_count": "7",
        "django_language": "hi",
        "messages": "x",
        "csrftoken": "y" * 32,
    }


def is_kept_apart(answer: Any) -> bool:
    told = answer.get("Cache-Control", "")
    return "private" in told or "no-store" in told or "cookie" in answer.get("Vary", "").lower()


def require_apart(path: str, plain: Any, cookies: dict[str, str]) -> None:
    with_cookies = visitor(**cookies).get(path)
    for answer in (plain, with_cookies):
        if is_kept_apart(answer):
            continue
        bodies = [
            b"".join(one.streaming_content) if one.streaming else one.content
            for one in (plain, with_cookies)
        ]
        told = answer.get("Cache-Control", "")
        assert "public" in told or answer.status_code == 301, f"{path}: {told}"
        assert bodies[0] == bodies[1], path
        assert not answer.cookies, path


@pytest.mark.slow
def test_every_page_that_cookies_change_is_kept_apart(planted: Any, somebody: Any) -> None:
    pages = [
        path
        for path in addresses(settings.STORE_URLCONF, planted, most=3)
        if not path.startswith(("/admin/", "/api/"))
    ]
    assert len(pages) > 25
    for path in [*pages, "/nothing/here/", "/static/storefront/store.css", "/search/?q=tea"]:
        require_apart(path, visitor().get(path), somebody)


@pytest.mark.parametrize(
    ("changes", "status"), [({"status": "suspended"}, 503), ({"is_published": False}, 503)]
)
def test_a_closed_stores_page_is_kept_apart(
    store: Any, somebody: dict[str, str], changes: dict[str, Any], status: int
) -> None:
    Store.objects.filter(pk=store.pk).update(**changes)
    forget_addresses()
    plain = visitor().get("/")
    assert plain.status_code == status
    assert is_kept_apart(plain)
    forget_addresses()


def test_error_pages_are_kept_apart(
    store: Any, somebody: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(request: HttpRequest) -> None:
        raise RuntimeError("on purpose")

    monkeypatch.setattr("apps.storefront.views.browsing.get_window", fail)
    strict = Client(enforce_csrf_checks=True, headers={"host": "alpha.localhost"})
    answers = {
        500: visitor(**somebody).get("/"),
        404: visitor(**somebody).get("/product/nothing/"),
        403: strict.post("/cart/add/", {}),
        405: visitor(**somebody).post("/search/"),
        421: Client(headers={"host": "alpha.localhost:1"}).post("/"),
    }
    for status, answer in answers.items():
        assert answer.status_code == status
        assert is_kept_apart(answer), status
    unknown = Client(headers={"host": "nobody.example"}).get("/")
    assert is_kept_apart(unknown)


def test_a_count_in_a_cookie_changes_the_page(store: Any) -> None:
    """The reason for all this."""
    plain, counted = visitor().get("/"), visitor(cart_count="7").get("/")
    assert TOKENS.sub("", plain.text) != TOKENS.sub("", counted.text)
    for answer in (plain, counted):
        assert answer["Cache-Control"] == "private, no-cache"
        assert "Cookie" in answer["Vary"]
