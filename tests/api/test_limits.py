"""How many requests a client may send, who is told what about caching, and which other origins may read answers."""

from typing import Any

import pytest
from django.test import RequestFactory
from rest_framework.request import Request

from apps.common.api.throttles import client_address, parse_rate
from config.settings import api as api_settings
from tests.api.shop import PASSWORD, Api, log_in, make_product, make_user


@pytest.fixture
def _tight(settings: Any) -> None:
    settings.API_THROTTLE_RATES = {
        "anonymous": "3/15m",
        "user": "5/15m",
        "login": "2/15m",
        "register": "1/h",
        "refresh": "2/15m",
    }


@pytest.mark.usefixtures("_tight")
def test_a_visitor_is_stopped_at_the_limit_and_told_when_to_come_back(
    store: Any, other_store: Any
) -> None:
    answers = [Api(store).get("products") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer["X-RateLimit-Remaining"] for answer in answers] == ["2", "1", "0", "0"]
    assert answers[0]["X-RateLimit-Limit"] == "3"
    error = answers[3].json()["error"]
    assert error["code"] == "too_many_requests"
    assert 0 < int(answers[3]["Retry-After"]) <= 900
    assert error["details"]["retry_after"] == int(answers[3]["Retry-After"])
    assert Api(other_store).get("products").status_code == 200, "another store counts for itself"
    neighbour = Api(store).client.get(
        "/api/v1/products", headers={"host": "alpha.localhost"}, REMOTE_ADDR="10.0.0.9"
    )
    assert neighbour.status_code == 200, "another address counts for itself"


@pytest.mark.usefixtures("_tight")
def test_a_forged_forwarding_header_gives_no_new_budget(store: Any) -> None:
    statuses = [
        Api(store).get("products", **{"x-forwarded-for": f"10.0.0.{number}"}).status_code
        for number in range(4)
    ]
    assert statuses == [200, 200, 200, 429]


def test_only_an_address_is_taken_for_one() -> None:
    request = Request(RequestFactory().get("/"))
    found = []
    for remote in ("10.0.0.1", "2001:db8::1", "", "unix:", "'; drop table"):
        request._request.META["REMOTE_ADDR"] = remote
        found.append(client_address(request))
    assert found == ["10.0.0.1", "2001:db8::1", None, None, None]


@pytest.mark.usefixtures("_tight")
def test_a_customer_has_a_limit_of_their_own(store: Any) -> None:
    api = log_in(store, make_user(store))
    statuses = [api.get("cart").status_code for _ in range(6)]
    assert statuses == [200] * 5 + [429]
    assert Api(store).get("cart").status_code == 200


@pytest.mark.usefixtures("_tight")
@pytest.mark.parametrize(
    ("path", "body", "allowed"),
    [
        ("auth/login", {"email": "a@example.com", "password": "x"}, 2),
        ("auth/register", {"email": "a@example.com", "password": "x"}, 1),
        ("auth/refresh-token", {"refresh": "x"}, 2),
    ],
)
def test_doors_are_stricter(store: Any, path: str, body: dict[str, str], allowed: int) -> None:
    statuses = [Api(store).post(path, body).status_code for _ in range(allowed + 1)]
    assert 429 not in statuses[:-1]
    assert statuses[-1] == 429


@pytest.mark.usefixtures("_tight")
def test_the_gateways_door_has_no_limit(store: Any) -> None:
    statuses = {Api(store).post("payments/webhook/test").status_code for _ in range(6)}
    assert statuses == {401}


def test_production_starts_at_a_hundred_in_fifteen_minutes() -> None:
    assert api_settings.API_THROTTLE_RATES["anonymous"] == "100/15m"
    assert parse_rate("100/15m") == (100, 900)
    with pytest.raises(ValueError, match="not a rate"):
        parse_rate("100/fortnight")


def test_personal_answers_are_not_kept_by_caches(store: Any) -> None:
    customer = log_in(store, make_user(store))
    for path in ("cart", "users/profile", "users/addresses", "orders"):
        assert customer.get(path)["Cache-Control"] == "private, no-store", path
    product = make_product(store)
    for path in ("products", f"products/{product.pk}", "categories"):
        assert "no-cache" in Api(store).get(path)["Cache-Control"], path


def test_other_origins_read_only_where_they_are_named(store: Any, settings: Any) -> None:
    origin = {"origin": "https://partner.example"}
    assert "Access-Control-Allow-Origin" not in Api(store).get("products", **origin)
    settings.CORS_ALLOWED_ORIGINS = ["https://partner.example"]
    answer = Api(store).get("products", **origin)
    assert answer["Access-Control-Allow-Origin"] == "https://partner.example"
    assert "x-cart-token" in answer["Access-Control-Expose-Headers"]
    refused = Api(store).get("nothing", **origin)
    assert refused.status_code == 404
    assert refused["Access-Control-Allow-Origin"] == "https://partner.example"
    asked = Api(store)(
        "OPTIONS",
        "cart/items",
        **origin,
        **{
            "access-control-request-method": "POST",
            "access-control-request-headers": "x-cart-token, idempotency-key",
        },
    )
    assert asked.status_code == 204
    assert "x-cart-token" in asked["Access-Control-Allow-Headers"]
    stranger = Api(store).get("products", origin="https://evil.example")
    assert "Access-Control-Allow-Origin" not in stranger


def test_a_session_cookie_is_no_key_to_the_api(store: Any) -> None:
    """Only tokens count, so no other site can send a visitor's browser to write here."""
    from apps.tenancy.context import use_store

    user = make_user(store)
    api = Api(store)
    with use_store(store):
        api.client.force_login(user)
    assert api.get("users/profile").status_code == 401
    body = {"email": user.email, "password": PASSWORD}
    assert api.post("auth/login", body).status_code == 200
