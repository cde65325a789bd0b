"""What HTTP allows: OPTIONS, HEAD, conditional reads."""

import re
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver

from apps.accounts.roles import Role
from apps.catalog import services as catalog
from apps.catalog.inputs import CategoryInput
from apps.inventory import services as inventory
from apps.tenancy.context import use_store
from tests.api.shop import Api, log_in, make_product, make_user
from tests.support.acting import seeing_all

SAMPLES = {"uuid": "0" * 8 + "-0000-7000-8000-" + "0" * 12, "slug": "x", "str": "x", "int": "1"}


def routes(resolver: URLResolver, prefix: str = "") -> list[str]:
    found = []
    for entry in resolver.url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            found += routes(entry, path)
        elif isinstance(entry, URLPattern):
            found.append(path)
    return found


def filled(route: str) -> str:
    return "/" + re.sub(
        r"<(?:(\w+):)?\w+>", lambda match: SAMPLES.get(match[1] or "str", "x"), route
    )


@pytest.mark.parametrize("urlconf", [settings.STORE_URLCONF, settings.ROOT_URLCONF])
def test_every_route_of_the_api_says_what_it_takes(store: Any, urlconf: str) -> None:
    api = Api(store if urlconf == settings.STORE_URLCONF else None)
    paths = [path for path in map(filled, routes(get_resolver(urlconf))) if "/api/" in path]
    assert len(paths) > 5
    for path in paths:
        answer = api("OPTIONS", path)
        assert answer.status_code in (200, 204), path
        allowed = set(answer["Allow"].split(", "))
        assert "OPTIONS" in allowed, path
        assert allowed & {"GET", "POST", "PUT", "PATCH", "DELETE"}, path
        assert ("HEAD" in allowed) == ("GET" in allowed), path
        for method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE"} - allowed:
            refused = api(method, path)
            # whichever is asked first: the login or the method; either way the answer says what is taken
            assert refused.status_code in (401, 405), f"{method} {path}"
            assert set(refused["Allow"].split(", ")) == allowed, f"{method} {path}"
        for method in allowed & {"GET", "HEAD"}:
            assert api(method, path).status_code != 405, f"{method} {path}"


@pytest.mark.parametrize("urlconf", [settings.STORE_URLCONF, settings.ROOT_URLCONF])
@pytest.mark.parametrize("origin", ["https://partner.example", "https://evil.example", ""])
def test_a_preflight_says_what_the_route_takes(
    store: Any, settings: Any, urlconf: str, origin: str
) -> None:
    settings.CORS_ALLOWED_ORIGINS = ["https://partner.example"]
    api = Api(store if urlconf == settings.STORE_URLCONF else None)
    asked = {"access-control-request-method": "POST", **({"origin": origin} if origin else {})}
    for path in map(filled, routes(get_resolver(urlconf))):
        if "/api/" not in path:
            continue
        plain, answer = api("OPTIONS", path), api("OPTIONS", path, **asked)
        assert (answer.status_code, answer["Allow"]) == (plain.status_code, plain["Allow"]), path
        may = answer.get("Access-Control-Allow-Methods")
        assert may == (answer["Allow"] if origin == "https://partner.example" else None), path
        assert "origin" in answer["Vary"].lower()


@pytest.mark.matrix
@pytest.mark.parametrize("urlconf", [settings.STORE_URLCONF, settings.ROOT_URLCONF])
def test_every_page_takes_what_it_says_and_nothing_else(store: Any, urlconf: str) -> None:
    """Pages of the shop, the account and the admin; those of things that are not there say nothing."""
    is_store = urlconf == settings.STORE_URLCONF
    client = Client(headers={"host": f"{store.slug}.localhost" if is_store else "localhost"})
    told = 0
    for path in map(filled, routes(get_resolver(urlconf))):
        answer = client.options(path)
        if "/api/" in path or answer.status_code in (302, 404):
            continue
        assert answer.status_code in (200, 204), path
        allowed = set(answer["Allow"].split(", "))
        assert allowed <= {"GET", "HEAD", "POST", "OPTIONS"}, path
        told += 1
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE"}:
            refused = client.generic(method, path).status_code == 405
            assert refused == (method not in allowed), f"{method} {path}"
    assert told > (20 if is_store else 0)


def test_what_is_not_there_has_no_options(store: Any) -> None:
    asked = {"origin": "https://evil.example", "access-control-request-method": "GET"}
    assert Api(store)("OPTIONS", "nothing").status_code == 404
    assert Api(store)("OPTIONS", "nothing", **asked).status_code == 404


def test_a_preflight_is_answered_for_origins_that_may(store: Any, settings: Any) -> None:
    settings.CORS_ALLOWED_ORIGINS = ["https://partner.example"]
    asked = {"origin": "https://partner.example", "access-control-request-method": "POST"}
    answer = Api(store)("OPTIONS", "cart/items", **asked)
    assert answer.status_code == 204
    assert answer["Access-Control-Allow-Origin"] == "https://partner.example"
    assert "if-none-match" in answer["Access-Control-Allow-Headers"]
    answer = Api(store)("OPTIONS", "cart/items", **{**asked, "origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in answer


@pytest.fixture
def paths(store: Any) -> list[str]:
    product = make_product(store)
    with use_store(store):
        category = catalog.create_category(data=CategoryInput(name="Tea"))
    return [
        "products",
        f"products/{product.pk}",
        "categories",
        f"categories/{category.pk}",
        f"categories/{category.pk}/products",
    ]


def test_reads_of_the_catalog_are_conditional(store: Any, paths: list[str]) -> None:
    api = Api(store)
    for path in paths:
        first = api.get(path)
        etag = first["ETag"]
        assert etag.startswith('W/"'), path
        assert first["Cache-Control"] == "private, no-cache"
        again = api.get(path, **{"if-none-match": etag})
        assert (again.status_code, again.content) == (304, b""), path
        assert again["ETag"] == etag
        assert again["Cache-Control"] == "private, no-cache"
        assert "X-RateLimit-Limit" in again
        many = api.get(path, **{"if-none-match": f'"x", {etag}, W/"y"'})
        assert many.status_code == 304
        other = api.get(path, **{"if-none-match": 'W/"another"'})
        assert (other.status_code, other.content) == (200, first.content)
        head = api("HEAD", path)
        assert (head.status_code, head.content, head["ETag"]) == (200, b"", etag), path
        assert api("HEAD", path, **{"if-none-match": etag}).status_code == 304


def test_what_changes_an_answer_changes_its_etag(store: Any) -> None:
    product = make_product(store, stock=5)
    one, all_of_them = f"products/{product.pk}", "products"

    def etags() -> tuple[str, str]:
        return Api(store).get(one)["ETag"], Api(store).get(all_of_them)["ETag"]

    before = etags()
    assert etags() == before
    staff = log_in(store, make_user(store, Role.OWNER))
    assert staff.patch(one, {"title": "Another name"}).status_code == 200
    renamed = etags()
    assert renamed[0] != before[0]
    assert renamed[1] != before[1]
    with seeing_all(store):
        inventory.receive_stock(
            variant_ref=product.variants[0].id, sku=product.variants[0].sku, quantity=1
        )
    assert etags()[0] != renamed[0]
    assert etags()[1] == renamed[1]  # the list says only whether there is any


def test_staff_and_visitors_have_etags_of_their_own(store: Any) -> None:
    product = make_product(store)
    staff = log_in(store, make_user(store, Role.OWNER))
    path = f"products/{product.pk}"
    etag = staff.get(path)["ETag"]
    assert staff.patch(path, {"status": "draft"}).status_code == 200
    assert Api(store).get(path, **{"if-none-match": etag}).status_code == 404
    assert staff.get(path).status_code == 200


def test_an_unchanged_product_costs_no_document(store: Any) -> None:
    path = f"products/{make_product(store).pk}"
    etag = Api(store).get(path)["ETag"]
    with CaptureQueriesContext(connections["documents"]) as commands:
        assert Api(store).get(path, **{"if-none-match": etag}).status_code == 304
        assert Api(store).get("products").status_code == 200
        commands_of_product = len(commands)
    assert commands_of_product <= 2  # the list is read for the first time


def test_other_answers_have_no_etag(store: Any) -> None:
    assert "ETag" not in Api(store).get("cart")
    assert "ETag" not in Api(store).get("products/nothing")


def test_head_is_get_without_a_body(store: Any) -> None:
    for path in ("/", "/search/", "/api/v1/cart", "/health", "/theme.css"):
        client = Client(headers={"host": "alpha.localhost"})
        get, head = client.get(path), client.head(path)
        assert (head.status_code, head.content) == (get.status_code, b"")
        assert head["Content-Type"] == get["Content-Type"]
