"""The API against its own description: whatever the schema allows or forbids, no 500 and no undocumented answer."""

from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from drf_spectacular.validation import validate_schema
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from apps.accounts.roles import Role
from apps.tenancy.context import use_store
from config.wsgi import application
from tests.api.shop import Api, log_in, make_product, make_user, pay, place_order

EXAMPLES = 3
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
bounded = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def known(store: Any) -> dict[str, str]:
    """Ids of things that exist, so that examples reach more than 404."""
    product = make_product(store)
    order = place_order(store, product)
    pay(store, order)
    with use_store(store):
        from apps.catalog import services as catalog
        from apps.catalog.inputs import CategoryInput

        category = catalog.create_category(data=CategoryInput(name="Teas"))
    return {
        "product_id": str(product.pk),
        "category_id": str(category.pk),
        "order_id": order["id"],
        "payment_id": order["payment_id"],
    }


def served(environ: dict[str, Any], start_response: Any) -> Any:
    """Our application, told as Django's own test client tells it not to close the test's connections."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    return application({"REMOTE_ADDR": "127.0.0.1", **environ}, start_response)


def operations(host: str) -> list[Any]:
    schema = schemathesis.openapi.from_wsgi("/api/v1/schema", served, headers={"Host": host})
    return [found.ok() for found in schema.get_all_operations()]


@pytest.mark.parametrize(
    "mode",
    [
        GenerationMode.POSITIVE,
        pytest.param(GenerationMode.NEGATIVE, marks=pytest.mark.matrix),
    ],
)
def test_the_api_does_what_its_schema_says(
    store: Any, known: dict[str, str], mode: GenerationMode, subtests: pytest.Subtests
) -> None:
    """Every example is sent by a guest and by the owner."""
    people = [Api(store), log_in(store, make_user(store, Role.OWNER))]
    found = operations(people[0].host)
    assert len(found) > 40
    for operation in found:
        if mode is GenerationMode.POSITIVE or operation.body or operation.query:
            with subtests.test(operation.label):
                exercise(operation, people, known, mode)


def exercise(
    operation: Any, people: list[Api], known: dict[str, str], mode: GenerationMode
) -> None:
    fixed = {p.name: known[p.name] for p in operation.path_parameters if p.name in known}
    checks = CHECKS + ([negative_data_rejection] if mode is GenerationMode.NEGATIVE else [])

    @bounded
    @given(case=operation.as_strategy(generation_mode=mode, path_parameters=fixed or None))
    def attempt(case: Any) -> None:
        for api in people:
            headers = {name.title(): value for name, value in api.headers.items()}
            case.call_and_validate(headers=headers, checks=checks)

    attempt()


@pytest.mark.parametrize("place", ["store", "platform"])
def test_the_schema_is_valid_and_complete(store: Any, place: str) -> None:
    api = Api(store if place == "store" else None)
    answer = api.get("schema")
    assert answer.status_code == 200
    schema = answer.json()
    validate_schema(schema)
    for path, methods in schema["paths"].items():
        assert path.startswith("/api/v1/"), path
        for method, operation in methods.items():
            responses = set(operation["responses"])
            assert {"400", "401", "429"} <= responses, (path, method)
            assert operation["tags"], (path, method)
            assert operation["summary"], (path, method)
    assert ("/api/v1/products" in schema["paths"]) is (place == "store")
    assert ("/api/v1/auth/register" in schema["paths"]) is (place == "store")


def test_inputs_refuse_what_is_not_named(store: Any) -> None:
    schemas = Api(store).get("schema").json()["components"]["schemas"]
    inputs = [name for name in schemas if name.endswith("Request")]
    assert len(inputs) > 10
    assert all(schemas[name]["additionalProperties"] is False for name in inputs)


def test_the_schema_comes_as_yaml_too(store: Any) -> None:
    answer = Api(store).get("schema", accept="application/vnd.oai.openapi")
    assert answer.status_code == 200
    assert answer.content.startswith(b"openapi:")


def test_the_docs_need_no_inline_script_or_style(store: Any) -> None:
    answer = Api(store).get("docs", accept="text/html")
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "swagger-ui" in page
    assert "<style" not in page
    assert "style=" not in page
    assert page.count("<script") == page.count("<script src=")
    assert "Content-Security-Policy" in answer
    script = Api(store).get("docs?script=", accept="*/*")
    assert "/api/v1/schema" in script.content.decode()
