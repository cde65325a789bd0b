"""Whatever a client sends, the answer is a 4xx in the one format, never a 500."""

from typing import Any

import pytest

from apps.accounts.roles import Role
from tests.api.shop import Api, fill_cart, log_in, make_product, make_user, order_body

KEYS = {"code", "message", "details", "fields", "request_id"}
DEEP = b'{"variant_id": ' + b"[" * 5000 + b"]" * 5000 + b"}"
MODERATELY_DEEP = b'{"variant_id": ' + b"[" * 40 + b"]" * 40 + b"}"

BODIES: list[tuple[str, bytes, int]] = [
    ("not json", b"{", 400),
    ("empty text", b"", 400),
    ("a list", b"[]", 400),
    ("null", b"null", 400),
    ("a number", b"1", 400),
    ("deep", DEEP, 400),
    ("rather deep", MODERATELY_DEEP, 400),
    ("NUL", b'{"variant_id": "a\\u0000b"}', 400),
    ("raw NUL", b'{"variant_id": "a\x00b"}', 400),
    ("lone surrogate", b'{"variant_id": "\\ud800"}', 400),
    ("invalid utf-8", b'{"variant_id": "\xff\xfe"}', 400),
    ("utf-16", '{"variant_id": "a"}'.encode("utf-16"), 400),
    ("operator", b'{"variant_id": {"$ne": null}}', 400),
    ("operator as key", b'{"$where": "1", "variant_id": "a"}', 400),
    ("wrong type", b'{"variant_id": 7}', 400),
    ("list for text", b'{"variant_id": ["a"]}', 400),
    ("huge number", b'{"variant_id": "a", "quantity": 1' + b"0" * 400 + b"}", 400),
    ("number of many digits", b'{"variant_id": "a", "quantity": 1' + b"0" * 6000 + b"}", 400),
    ("float", b'{"variant_id": "a", "quantity": 1.5}', 400),
    ("infinity", b'{"variant_id": "a", "quantity": 1e999}', 400),
    ("NaN", b'{"variant_id": "a", "quantity": NaN}', 400),
    ("boolean for number", b'{"variant_id": "a", "quantity": true}', 400),
    ("text for number", b'{"variant_id": "a", "quantity": "2"}', 400),
    ("zero", b'{"variant_id": "a", "quantity": 0}', 400),
    ("negative", b'{"variant_id": "a", "quantity": -1}', 400),
    ("twice the same key", b'{"variant_id": "a", "variant_id": "b"}', 400),
    ("unknown field", b'{"variant_id": "a", "qty": 2}', 400),
    ("too long", b'{"variant_id": "' + b"a" * 5000 + b'"}', 400),
    ("too big", b'{"variant_id": "' + b"a" * 2_000_000 + b'"}', 413),
    ("no such variant", b'{"variant_id": "nothing"}', 409),
]


def check_format(answer: Any, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"].startswith("application/json")
    body = answer.json()
    assert set(body) == {"error"}
    error: dict[str, Any] = body["error"]
    assert set(error) == KEYS
    assert error["message"]
    assert error["request_id"] == answer["X-Request-ID"]
    assert "no-store" in answer["Cache-Control"]
    assert all(isinstance(messages, list) for messages in error["fields"].values())
    return error


@pytest.mark.parametrize("with_key", [False, True], ids=["plain", "with a key"])
def test_a_bad_body_is_refused_in_one_format(
    store: Any, subtests: pytest.Subtests, with_key: bool
) -> None:
    for name, body, status in BODIES:
        with subtests.test(name):
            headers = {"idempotency-key": name.replace(" ", "-")} if with_key else {}
            check_format(Api(store)("POST", "cart/items", body, **headers), status)


def test_unknown_fields_are_named(store: Any) -> None:
    answer = Api(store).post("cart/items", {"variant_id": "a", "colour": "red"})
    assert check_format(answer, 400)["fields"] == {"colour": ["This field is not known here."]}


def test_fields_of_nested_input_have_dotted_paths(store: Any) -> None:
    guest = fill_cart(Api(store), make_product(store))
    address = {"name": 1, "line1": "x", "city": "y", "country": ["IN"]}
    answer = guest.post("orders", order_body(store, shipping_address=address))
    fields = check_format(answer, 400)["fields"]
    assert set(fields) == {"shipping_address.name", "shipping_address.country"}


REFUSALS: list[tuple[str, str, dict[str, str], int, str]] = [
    ("GET", "/api/v1/nothing", {}, 404, "not_found"),
    ("GET", "/api/nothing", {}, 404, "not_found"),
    ("GET", "products/", {}, 404, "not_found"),
    ("GET", "products/nothing", {}, 404, "product_not_found"),
    ("GET", "products/%24ne", {}, 404, "product_not_found"),
    ("GET", "products/a%00b", {}, 400, "malformed_request"),
    ("GET", "products/" + "a" * 3000, {}, 404, "product_not_found"),
    ("GET", "products/%ff%fe", {}, 404, "product_not_found"),
    ("GET", "products?q=%00", {}, 400, "malformed_request"),
    ("GET", "products?colour=red", {}, 400, "invalid_input"),
    ("GET", "products?limit=0", {}, 400, "invalid_input"),
    ("GET", "products?limit=abc", {}, 400, "invalid_input"),
    ("GET", "products?limit=99999999999999999999", {}, 400, "invalid_input"),
    ("GET", "products?limit=" + "9" * 5000, {}, 400, "invalid_input"),
    ("GET", "products?cursor=nonsense", {}, 400, "invalid_cursor"),
    ("GET", "products?cursor=%F0%9F%98%80", {}, 400, "invalid_cursor"),
    ("GET", "products?cursor=" + "a" * 2_001, {}, 400, "invalid_input"),
    ("GET", "products?price_min=-1", {}, 400, "invalid_input"),
    ("GET", "products?price_min=1e9", {}, 400, "invalid_input"),
    ("GET", "products?price_min=1.234", {}, 400, "invalid_input"),
    ("GET", "products?price_max=999999999999999", {}, 400, "invalid_input"),
    ("GET", "products?sort=random", {}, 400, "invalid_input"),
    ("GET", "products?category=nothing", {}, 404, "category_not_found"),
    ("GET", "products?category[$ne]=x", {}, 400, "invalid_input"),
    ("GET", "categories/nothing/products", {}, 404, "category_not_found"),
    ("GET", "orders", {}, 401, "not_authenticated"),
    ("GET", "orders/7", {}, 404, "not_found"),
    ("GET", "orders/00000000-0000-0000-0000-000000000000", {}, 404, "order_not_found"),
    ("GET", "checkout/options?country=IN", {}, 404, "cart_not_found"),
    ("GET", "users/profile", {}, 401, "not_authenticated"),
    ("GET", "users/profile", {"authorization": "Bearer x"}, 401, "token_not_valid"),
    ("GET", "users/profile", {"authorization": "Bearer"}, 401, "bad_authorization_header"),
    ("GET", "users/profile", {"authorization": "Bearer a b"}, 401, "bad_authorization_header"),
    ("GET", "users/profile", {"authorization": "Basic YTpi"}, 401, "not_authenticated"),
    ("GET", "products", {"accept": "application/xml"}, 406, "not_acceptable"),
    ("POST", "auth/login", {"content-type": "text/plain"}, 415, "unsupported_media_type"),
    ("POST", "cart/items", {"idempotency-key": "a" * 256}, 400, "invalid_idempotency_key"),
    ("POST", "cart/items", {"idempotency-key": ""}, 400, "invalid_idempotency_key"),
    ("POST", "cart/items", {"idempotency-key": "a b"}, 400, "invalid_idempotency_key"),
    ("PATCH", "cart", {}, 405, "method_not_allowed"),
    ("DELETE", "products", {}, 405, "method_not_allowed"),
    ("TRACE", "products", {}, 405, "method_not_allowed"),
    ("POST", "payments/webhook/test", {}, 401, "invalid_signature"),
    ("POST", "payments/webhook/nobody", {}, 400, "payment_method_unavailable"),
    ("PUT", "cart/items/nothing", {}, 404, "cart_not_found"),
    ("DELETE", "cart/items/nothing", {}, 404, "cart_not_found"),
    ("GET", "cart", {"x-request-id": "short"}, 200, ""),
]


def test_refusals_have_one_format(store: Any, subtests: pytest.Subtests) -> None:
    for method, path, headers, status, code in REFUSALS:
        with subtests.test(f"{method} {path[:60]}", headers=headers):
            refuse(store, method, path, dict(headers), status, code)


def refuse(
    store: Any, method: str, path: str, headers: dict[str, str], status: int, code: str
) -> None:
    bodies = {"POST": b"{}", "PUT": b'{"quantity": 1}', "PATCH": b"{}"}
    api = Api(store)
    url = path if path.startswith("/") else f"/api/v1/{path}"
    content_type = headers.pop("content-type", "application/json")
    answer = api.client.generic(
        method,
        url,
        data=bodies.get(method, b""),
        content_type=content_type,
        headers={**api.headers, **headers},
    )
    if status == 200:
        assert answer.status_code == 200
        assert answer["X-Request-ID"] != "short"
    else:
        assert check_format(answer, status)["code"] == code


def test_an_unknown_host_is_refused_in_the_format(db: None) -> None:
    api = Api(None).with_headers(host="nobody.localhost")
    check_format(api.get("products"), 404)


def test_an_unexpected_failure_tells_nothing(
    store: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from apps.carts.api import views

    def fail(self: Any) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(views.CartView, "cart_or_none", fail)
    answer = Api(store).get("cart")
    error = check_format(answer, 500)
    assert error["code"] == "server_error"
    assert b"secret" not in answer.content
    assert "secret detail" in caplog.text


def test_money_is_strict(store: Any) -> None:
    guest = fill_cart(Api(store), make_product(store))
    wrong = [
        {"amount": "1e5", "currency": "INR"},
        {"amount": "9" * 30, "currency": "INR"},
        {"amount": 5, "currency": "INR"},
        {"amount": "5.001", "currency": "INR"},
        {"amount": "5", "currency": "rupees"},
        {"amount": "5", "currency": "XYZ"},
        {"amount": "5", "currency": "USD"},
        {"amount": "-5", "currency": "INR"},
        {"amount": "NaN", "currency": "INR"},
        {"amount": "5"},
        "5",
        5,
        None,
    ]
    for money in wrong:
        answer = guest.post("orders", order_body(store, expected_total=money))
        assert list(check_format(answer, 400)["fields"]) == ["expected_total"], money


def test_attributes_take_plain_values_only(store: Any) -> None:
    staff = log_in(store, make_user(store, Role.OWNER))
    for attributes in (
        {"a.b": 1},
        {"x": {"y": 1}},
        {"x": 2**70},
        {"x": [[1]]},
        {"x": None},
        {"": 1},
    ):
        body = {
            "title": "Tea",
            "variants": [{"sku": "T", "prices": []}],
            "attributes": attributes,
        }
        fields = check_format(staff.post("products", body), 400)["fields"]
        assert all(name.startswith("attributes") for name in fields), fields
