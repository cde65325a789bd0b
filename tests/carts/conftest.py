from collections.abc import Callable

import pytest

from apps.catalog import services as catalog
from apps.catalog.documents import Product
from apps.catalog.inputs import PriceInput, ProductInput, VariantInput
from apps.inventory import services as inventory
from apps.tenancy.context import use_actor
from tests.support.acting import SYSTEM


@pytest.fixture
def sell() -> Callable[..., Product]:
    """An active product with so many pieces in stock: `sell("mug", stock=5).variants[0].id`."""

    @use_actor(SYSTEM)
    def make(
        title: str,
        *,
        stock: int = 100,
        minor: int = 10_000,
        digital: bool = False,
        **quantities: int,
    ) -> Product:
        product = catalog.save_product(
            data=ProductInput(
                title=title,
                status="active",
                is_digital=digital,
                variants=[
                    VariantInput(
                        sku=title.upper(),
                        prices=[PriceInput(currency="INR", amount_minor=minor)],
                        **quantities,  # type: ignore[arg-type]  # fields of a rule of quantities
                    )
                ],
            )
        )
        if stock and not digital:
            inventory.receive_stock(
                variant_ref=product.variants[0].id,
                sku=title.upper(),
                quantity=stock,
                reason="test",
            )
        return product

    return make
