"""Every write of the API with every value of its body made wrong in turn: refused with 400 in the one format, never a 500.

Operations and bodies come from the API's own schema, so new ones join by themselves.
"""

import copy
import itertools
import json
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.carts import services as carts
from apps.catalog import services as catalog
from apps.catalog.inputs import CategoryInput
from apps.catalog.selectors import get_product_by_id
from apps.tenancy.context import use_store
from tests.api.shop import (
    ADDRESSES,
    PASSWORD,
    Api,
    log_in,
    make_product,
    make_user,
    pay,
    place_order,
)
from tests.pictures.making import encoded, plain

Schema = dict[str, Any]
Path = tuple[str | int, ...]

KEYS = {"code", "message", "details", "fields", "request_id"}
LONG = "x" * 20_000
PIXEL = encoded(plain(), "PNG").read()
DEEP: Any = json.loads("[" * 9 + "]" * 9)
# Values that no schema of ours takes for its own kind, by the kinds that they are of.
WRONG: list[tuple[frozenset[str], Any]] = [
    (frozenset({"integer", "number"}), 7),
    (frozenset({"integer", "number"}), 10**400),
    (frozenset({"number"}), 1.5),
    (frozenset({"number"}), -1e308),
    (frozenset({"boolean"}), True),
    (frozenset({"null"}), None),
    (frozenset({"string"}), "x"),
    (frozenset({"string"}), LONG),
    (frozenset({"string"}), ""),
    (frozenset({"array"}), []),
    (frozenset({"array"}), [None]),
    (frozenset({"array"}), DEEP),
    (frozenset({"object"}), {}),
    (frozenset({"object"}), {"": None}),
    (frozenset({"object"}), {LONG: 1}),
    (frozenset({"object"}), {"a.b": {"b": 1}}),
]
PLAIN: tuple[Any, ...] = (7, True, None, "x", [], {})
# As JSON texts: what Python's own encoder would not write. The parser refuses them wherever they stand.
NO_VALUES = ['"\\ud800"', '"\\u0000"', '"a\\udc00b"', "NaN", "-Infinity", "1e999", '{"$ne": null}']


@pytest.fixture
def known(store: Any) -> dict[str, str]:
    product = make_product(store)
    order = place_order(store, product)
    pay(store, order)
    with use_store(store):
        category = catalog.create_category(data=CategoryInput(name="Teas"))
        cart = carts.add_item(
            cart=carts.get_or_create_cart(), variant_ref=product.variants[0].id, quantity=1
        )
    return {
        "cart": cart.token,
        "item_id": cart.lines[0].id,
        "product_id": str(product.pk),
        "category_id": str(category.pk),
        "order_id": order["id"],
        "payment_id": order["payment_id"],
    }


@pytest.fixture
def operator_api(db: None) -> Api:
    operator = User.objects.create_superuser("operator@example.com", PASSWORD)
    api = Api(None)
    answer = api.post("auth/login", {"email": operator.email, "password": PASSWORD})
    return api.with_headers(authorization=f"Bearer {answer.json()['access']}")


class Described:
    """The operations with a JSON body, and an example of each."""

    def __init__(self, schema: Schema, known: dict[str, str]) -> None:
        self.components = schema["components"]["schemas"]
        self.paths, self.known = schema["paths"], known

    def writes(self) -> Iterator[tuple[str, str, Schema]]:
        for path, methods in self.paths.items():
            for method, operation in methods.items():
                body = operation.get("requestBody", {}).get("content", {}).get("application/json")
                if body is not None:
                    yield method.upper(), self.filled(path), self.resolved(body["schema"])

    def filled(self, path: str) -> str:
        for name in [part[1:-1] for part in path.split("/") if part.startswith("{")]:
            path = path.replace(
                f"{{{name}}}", self.known.get(name, "0" * 8 + "-0000-7000-8000-" + "0" * 12)
            )
        return path

    def resolved(self, schema: Schema) -> Schema:
        can_be_null = schema.get("nullable", False)
        while "$ref" in schema or len(schema.get("allOf", ())) == 1:
            inner = schema.get("allOf", [schema])[0]
            schema = self.components[inner["$ref"].rpartition("/")[2]] if "$ref" in inner else inner
        return {**schema, "nullable": True} if can_be_null else schema

    def example(self, schema: Schema, depth: int = 0) -> Any:
        schema = self.resolved(schema)
        for word in ("example", "default"):
            if word in schema:
                return schema[word]
        if "oneOf" in schema or "anyOf" in schema:
            return self.example((schema.get("oneOf") or schema["anyOf"])[0], depth)
        if "enum" in schema:
            return schema["enum"][0]
        kind = kinds_of(schema)
        if "object" in kind:
            return {
                name: self.example(inner, depth + 1)
                for name, inner in schema.get("properties", {}).items()
                if not inner.get("readOnly")
            }
        if "array" in kind:
            return [self.example(schema["items"], depth + 1)]
        if "string" in kind:
            forms = {"uuid": "0" * 8 + "-0000-7000-8000-" + "0" * 12, "email": "a@example.com"}
            return forms.get(schema.get("format", ""), "x" * max(1, schema.get("minLength", 1)))
        return {"integer": schema.get("minimum", 1), "number": 1.5, "boolean": True}.get(
            next(iter(kind), ""), "x"
        )

    def leaves(self, schema: Schema, path: Path = ()) -> Iterator[tuple[Path, Schema]]:
        schema = self.resolved(schema)
        if path:
            yield path, schema
        for name, inner in schema.get("properties", {}).items():
            if not inner.get("readOnly"):
                yield from self.leaves(inner, (*path, name))
        if "items" in schema:
            yield from self.leaves(schema["items"], (*path, 0))


def kinds_of(schema: Schema) -> set[str]:
    kind = schema.get("type", [])
    kinds = set(kind if isinstance(kind, list) else [kind])
    return kinds | ({"null"} if schema.get("nullable") else set())


def with_value(body: Any, path: Path, value: Any) -> Any:
    body = copy.deepcopy(body)
    inner = body
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return body


def wrong_bodies(described: Described, schema: Schema) -> Iterator[tuple[str, bytes, bool]]:
    """What it is, the body, and whether nothing but 400 will do."""
    example = described.example(schema)
    for text in ("[]", "null", "7", '"x"', " ", "{", "\ufeff{}", '{"a": 1, "a": 2}'):
        yield f"body {text!r}", text.encode(), True
    yield "body of Latin-1", b'{"\xe4": 1}', True
    yield "an unknown name", json.dumps({**example, "unknown_name": 1}).encode(), True
    mark = "~mark~"
    leaves = list(described.leaves(schema))
    for path, text in itertools.product(
        {leaves[0][0], max((leaf[0] for leaf in leaves), key=len)}, NO_VALUES
    ):
        body = json.dumps(with_value(example, path, mark)).replace(f'"{mark}"', text)
        yield f"{path} {text}", body.encode(), True
    for path, inner in leaves:
        kinds = kinds_of(inner)
        for of, value in WRONG:
            must = bool(kinds) and not (kinds & of)
            if must and value not in PLAIN:
                continue  # one of each other kind is enough
            shown = f"{path} {str(value)[:20]!r}"
            yield shown, json.dumps(with_value(example, path, value)).encode(), must


def faults(
    api: Api, method: str, path: str, bodies: Iterator[tuple[str, bytes, bool]]
) -> list[str]:
    found = []
    for what, body, must_refuse in bodies:
        answer = api(method, path, body)
        if answer.status_code >= 500 or (must_refuse and answer.status_code != 400):
            found.append(f"{what}: {answer.status_code} {answer.content[:200]!r}")
        elif answer.status_code >= 400:
            error = answer.json()["error"]
            if set(error) != KEYS:
                found.append(f"{what}: {answer.content[:200]!r}")
    return found


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("place", ["store", "platform"])
@pytest.mark.parametrize(
    "step",
    [
        23,
        pytest.param(7, marks=pytest.mark.matrix),
        pytest.param(1, marks=pytest.mark.soak),
    ],
)
def test_no_write_takes_a_wrong_body_or_fails_over_it(
    store: Any,
    known: dict[str, str],
    step: int,
    place: str,
    operator_api: Api,
    subtests: pytest.Subtests,
) -> None:
    api = operator_api
    if place == "store":
        api = log_in(store, make_user(store, Role.OWNER)).with_headers(
            **{"x-cart-token": known["cart"]}
        )
        known["address_id"] = api.post("users/addresses", ADDRESSES["IN"]).json()["id"]
    described = Described(api.get("schema").json(), known)
    writes = list(described.writes())
    assert len(writes) >= (20 if place == "store" else 3)
    for method, path, schema in writes:
        with subtests.test(f"{method} {path}"):
            bodies = itertools.islice(wrong_bodies(described, schema), 0, None, step)
            found = faults(api, method, path, bodies)
            assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"alt": "x"},
        {"file": "text"},
        {"file": ""},
        {"file": BytesIO(b"")},
        {"file": BytesIO(b"\xff\xd8\xff" + b"\0" * 90)},
        {"file": BytesIO(PIXEL), "alt": "a\0b"},
        {"file": BytesIO(PIXEL), "alt": LONG},
        {"file": BytesIO(PIXEL), "unknown": "x"},
        {"file": BytesIO(PIXEL), "$where": "x"},
        {"file": [BytesIO(PIXEL), BytesIO(PIXEL)], "alt": ["x", "\0"]},
    ],
)
def test_no_upload_is_taken_with_wrong_fields(store: Any, fields: dict[str, Any]) -> None:
    product = make_product(store)
    api = log_in(store, make_user(store, Role.OWNER))
    answer = api.upload(f"products/{product.pk}/images", **fields)
    assert answer.status_code == 400, answer.content
    assert set(answer.json()["error"]) == KEYS
    with use_store(store):
        assert not get_product_by_id(product.pk).images
