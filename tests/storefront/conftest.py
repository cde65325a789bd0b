"""A shop with a shelf, as its visitors see it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from apps.catalog import services as catalog
from apps.catalog.documents import Category, Product
from apps.catalog.inputs import (
    CategoryInput,
    OptionInput,
    PriceInput,
    ProductInput,
    VariantInput,
)
from apps.content import services as content
from apps.inventory import services as inventory
from apps.orders.models import Order
from apps.tenancy.context import use_actor, use_store
from tests.storefront.addresses import ADDRESS
from tests.support.acting import GUEST, SYSTEM


@pytest.fixture
def category(in_store: Any) -> Category:
    return catalog.create_category(data=CategoryInput(name="Tea", description="Leaves & <buds>"))


@pytest.fixture
def sell(in_store: Any) -> Callable[..., Product]:
    """An active product: `sell("mug", stock=5)`, with sizes where `sizes` are given (`{"S": 3, "L": 0}`)."""

    @use_actor(SYSTEM)
    def make(
        title: str,
        *,
        stock: int = 10,
        minor: int = 10_000,
        sizes: dict[str, int] | None = None,
        packs: dict[str, int] | None = None,
        **values: Any,
    ) -> Product:
        pieces = sizes or {"": stock}
        product = catalog.save_product(
            data=ProductInput(
                title=title,
                status="active",
                options=[OptionInput(name="Size", values=list(pieces))] if sizes else [],
                variants=[
                    VariantInput(
                        sku=f"{title[:20].upper()}{size}".replace(" ", "-"),
                        option_values={"Size": size} if sizes else {},
                        prices=[PriceInput(currency="INR", amount_minor=minor)],
                        **(packs or {}),  # type: ignore[arg-type]  # fields of a rule of quantities
                    )
                    for size in pieces
                ],
                **values,
            )
        )
        for variant, count in zip(product.variants, pieces.values(), strict=True):
            if count:
                inventory.receive_stock(
                    variant_ref=variant.id, sku=variant.sku, quantity=count, reason="test"
                )
        return product

    return make


@pytest.fixture
def browse(store: Any, client_for: Callable[..., Any]) -> Any:
    """A visitor of the store, outside of `use_store` as a real one is."""
    return client_for(store)


@pytest.fixture
def customer(store: Any, db: None) -> Any:
    from apps.accounts import services as accounts

    with use_store(store, actor=GUEST):
        return accounts.create_user(email="Mira@Example.com", password="correct horse battery")


@pytest.fixture
def log_in(store: Any) -> Callable[..., None]:
    def enter(client: Any, user: Any) -> None:
        answer = client.post(
            "/account/login/", {"login": user.email, "password": "correct horse battery"}
        )
        assert answer.status_code == 302, answer.content.decode()[:400]

    return enter


@pytest.fixture
def form() -> Callable[..., dict[str, Any]]:
    """What a browser sends from the checkout page; keyword arguments replace or, as None, leave out a field."""

    def fill(**changes: Any) -> dict[str, Any]:
        values: dict[str, Any] = {
            "key": "k" * 22,
            "email": "mira@example.com",
            "shipping_method": "standard",
            "payment_method": "cash_on_delivery",
            **{f"shipping_address-{name}": value for name, value in ADDRESS.items()},
            **changes,
        }
        return {name: value for name, value in values.items() if value is not None}

    return fill


@pytest.fixture
def filled(browse: Any, sell: Any) -> Any:
    """A visitor with two pieces at 100 rupees in the cart."""
    browse.post("/cart/add/", {"variant": sell("Assam").variants[0].id, "quantity": "2"})
    return browse


@pytest.fixture
def see(browse: Client) -> Callable[[Order], str]:
    """What the buyer's page says, as plain text on one line."""

    def page(order: Order) -> str:
        answer = browse.get(f"/orders/{order.access_token}/")
        assert answer.status_code == 200
        return " ".join(answer.content.decode().split())

    return page


@pytest.fixture
def pages(sell: Any, category: Any, in_store: Any, as_staff: None) -> list[str]:
    """One of each kind."""
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
