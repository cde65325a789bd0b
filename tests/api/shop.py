"""A small shop for the API's tests: people, products, stock, and a client that speaks JSON."""

import itertools
import json
from io import BytesIO
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.test import Client
from PIL import Image

from apps.accounts import services as accounts
from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.catalog import services as catalog
from apps.catalog.documents import Product
from apps.catalog.inputs import PriceInput, ProductInput, VariantInput
from apps.inventory import services as inventory
from apps.tenancy.context import current_store, use_store
from tests.support.acting import seeing_all

PASSWORD = "correct horse battery"
V1 = "/api/v1"
_numbers = itertools.count(1)

ADDRESSES = {
    "IN": {
        "name": "Asha Rao",
        "line1": "12 MG Road",
        "city": "Bengaluru",
        "region": "KA",
        "postal_code": "560001",
        "country": "IN",
    },
    "US": {
        "name": "Ann Lee",
        "line1": "1 Main Street",
        "city": "San Francisco",
        "region": "CA",
        "postal_code": "94105",
        "country": "US",
    },
}


class Api:
    """JSON requests to one store (None: the platform), with headers that stay."""

    def __init__(self, store: Any, **headers: str) -> None:
        self.store = store
        self.host = f"{store.slug}.localhost" if store is not None else "localhost"
        self.headers = {"host": self.host, **headers}
        self.client = Client(raise_request_exception=False)

    def with_headers(self, **headers: str) -> "Api":
        return Api(self.store, **{**self.headers, **headers})

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        url = path if path.startswith("/") else f"{V1}/{path}"
        return self.client.generic(
            method,
            url,
            data=self._encode(body),
            content_type="application/json",
            headers={**self.headers, **headers},
        )

    def _encode(self, body: Any) -> bytes:
        if body is None:
            return b""
        if isinstance(body, bytes):
            return body
        return json.dumps(body, cls=DjangoJSONEncoder).encode()

    def get(self, path: str, **headers: str) -> Any:
        return self("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self("POST", path, {} if body is None else body, **headers)

    def put(self, path: str, body: Any, **headers: str) -> Any:
        return self("PUT", path, body, **headers)

    def patch(self, path: str, body: Any, **headers: str) -> Any:
        return self("PATCH", path, body, **headers)

    def delete(self, path: str, **headers: str) -> Any:
        return self("DELETE", path, **headers)

    def upload(self, path: str, **fields: Any) -> Any:
        return self.client.post(f"{V1}/{path}", data=fields, headers=self.headers)


def make_user(store: Any, role: Role = Role.CUSTOMER, **fields: Any) -> User:
    with use_store(store):
        email = fields.pop("email", f"{role.value}{next(_numbers)}@example.com")
        return accounts.create_user(email=email, password=PASSWORD, role=role, **fields)


def log_in(store: Any, user: User) -> Api:
    """A client with the user's access token."""
    api = Api(store)
    answer = api.post("auth/login", {"email": user.email, "password": PASSWORD})
    assert answer.status_code == 200, answer.content
    return api.with_headers(authorization=f"Bearer {answer.json()['access']}")


def make_product(store: Any, *, stock: int = 10, minor: int = 49900, **fields: Any) -> Product:
    """An active product of one variant with stock."""
    number = next(_numbers)
    with seeing_all(store):
        values = {
            "title": f"Tea {number}",
            "status": "active",
            "variants": [
                VariantInput(
                    sku=f"TEA-{number}",
                    prices=[PriceInput(currency=current_store().currency, amount_minor=minor)],
                )
            ],
            **fields,
        }
        product = catalog.save_product(data=ProductInput(**values))
        for variant in product.variants:
            inventory.receive_stock(
                variant_ref=variant.id, sku=variant.sku, quantity=stock, reason="test"
            )
    return product


def fill_cart(api: Api, product: Product, quantity: int = 1) -> Api:
    """A guest with that product in the cart."""
    answer = api.post("cart/items", {"variant_id": product.variants[0].id, "quantity": quantity})
    assert answer.status_code == 201, answer.content
    return api.with_headers(**{"x-cart-token": answer.json()["token"]})


def order_body(store: Any, **changes: Any) -> dict[str, Any]:
    return {
        "email": "guest@example.com",
        "shipping_address": ADDRESSES[store.country],
        "shipping_method": "standard",
        "payment_method": "test",
        **changes,
    }


def place_order(store: Any, product: Product | None = None, **changes: Any) -> dict[str, Any]:
    """An order of a guest through the API."""
    guest = fill_cart(Api(store), product or make_product(store))
    answer = guest.post("orders", order_body(store, **changes))
    assert answer.status_code == 201, answer.content
    order: dict[str, Any] = answer.json()
    return order


def pay(store: Any, order: dict[str, Any]) -> None:
    answer = Api(store).post(f"payments/{order['payment_id']}/test-bank", {"choice": "pay"})
    assert answer.status_code == 200, answer.content


def picture() -> BytesIO:
    file = BytesIO()
    Image.new("RGB", (800, 600), "teal").save(file, "PNG")
    file.name = "tea.png"
    file.seek(0)
    return file
