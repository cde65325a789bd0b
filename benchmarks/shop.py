"""What is measured on: a store with 1,000 products, made by the real services, and 2,000 carts."""

import time
from datetime import timedelta
from typing import Any

from apps.carts.documents import Cart, CartStatus
from apps.catalog import services as catalog
from apps.catalog.documents import Product
from apps.catalog.inputs import CategoryInput, PriceInput, ProductInput, VariantInput
from apps.common.clock import now
from apps.common.ids import new_id, random_token
from apps.inventory import services as inventory
from apps.platform.models import Domain, Plan, Store
from apps.platform.states import StoreStatus
from apps.provisioning import services as provisioning
from apps.tenancy.context import use_store

PRODUCTS = 1_000
CARTS = 2_000
SLUG = "bench"
ROW = "row-"


def open_store(slug: str) -> tuple[Store, float]:
    """The store and the seconds from the request to `active`."""
    started = time.perf_counter()
    job = provisioning.open_store(
        name=slug.title(),
        slug=slug,
        owner=None,
        currency="INR",
        country="IN",
        state="KA",
        plan="enterprise",
    )
    provisioning.run_provisioning(job)
    return job.store, time.perf_counter() - started


def ensure_shop(slug: str = SLUG, *, products: int = PRODUCTS) -> list[Any]:
    """`(slug, variant_refs)` of every product of the store; it is made, or filled up, to have so many."""
    store = Store.objects.filter(slug=slug).first() or open_store(slug)[0]
    with use_store(store):
        count = Product.objects.count()
        if count < products:
            _fill(count, products)
        _leave_carts(CARTS - Cart.objects.count())
        return list(Product.objects.values_list("slug", "variant_refs"))


def _fill(count: int, products: int) -> None:
    category = catalog.create_category(data=CategoryInput(name=f"Things {count}"))
    for number in range(count, products):
        product = catalog.save_product(
            data=ProductInput(
                title=f"Thing {number}",
                description="<p>A thing to measure with.</p>",
                status="active",
                category_ids=[category.pk],
                variants=[
                    VariantInput(
                        sku=f"T-{number}", prices=[PriceInput(currency="INR", amount_minor=49_900)]
                    )
                ],
            )
        )
        variant = product.variants[0]
        inventory.receive_stock(variant_ref=variant.id, sku=variant.sku, quantity=1_000_000)


def _leave_carts(missing: int) -> None:
    """Carts as earlier visitors left them: a quarter open, the rest ordered."""
    moment = now()
    carts = []
    for number in range(missing):
        token = random_token()
        is_open = number % 4 == 0
        carts.append(
            Cart(
                token=token,
                slot=f"cart:{token}",
                currency="INR",
                status=CartStatus.OPEN if is_open else CartStatus.CLOSED,
                checkout_id=None if is_open else str(new_id()),
                expires_at=moment + timedelta(days=7),
                created_at=moment,
                updated_at=moment,
            )
        )
    Cart.objects.bulk_create(carts, batch_size=500)


def register_hosts(count: int) -> None:
    """Rows of the registry alone, until there are `count` stores: finding one touches nothing else."""
    missing = count - Store.objects.count()
    plan = Plan.objects.first()
    first = Store.objects.count()
    stores = [
        Store(
            name=f"Row {n}",
            slug=f"{ROW}{n}",
            schema_name=f"s_row_{n}_000000",
            plan=plan,
            status=StoreStatus.ACTIVE,
        )
        for n in range(first, first + missing)
    ]
    Store.objects.bulk_create(stores)
    Domain.objects.bulk_create(Domain(domain=f"{s.slug}.localhost", tenant=s) for s in stores)


def remove_hosts() -> None:
    """The rows of `register_hosts`: behind them is no database that commands for all stores could use."""
    rows = Store.objects.filter(slug__startswith=ROW)
    Domain.objects.filter(tenant__in=rows).delete()
    rows.delete()
