"""Many visitors of several stores while products, prices and stock change: no byte of another store, nothing older than a
second."""

import random
import re
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections

from apps.catalog import services as catalog
from apps.catalog.documents import Product
from apps.catalog.inputs import PriceInput, ProductInput, VariantInput
from apps.inventory import services as inventory
from apps.inventory.models import StockItem
from apps.storefront.page_cache import storage
from apps.tenancy import page_versions as versions
from tests.support.acting import seeing_all
from tests.support.databases import close_store, open_store
from tests.support.documents import clean_documents
from tests.support.kept_pages import is_rendered, visitor
from tests.support.waiting import wait_until

pytestmark = pytest.mark.soak

STORES, REQUESTS, VISITORS = 4, 2_000, 6
LOOKS_BETWEEN = 60  # of all visitors, between two changes of a store at the most
PRODUCTS = 3
OLDEST_SECONDS = 1.0
_SHOWN = re.compile(r"Tea-(\w+)-(\d) no(\d+)")


class Shop:
    """A store whose products have the number of their last change in title, price and stock."""

    def __init__(self, store: Any) -> None:
        self.store, self.slug = store, store.slug
        # for each product: (moment at which the commit was over, number)
        self.history: list[list[tuple[float, int]]] = [[(0.0, 0)] for _ in range(PRODUCTS)]
        self.products: list[Product] = []

    def fill(self) -> None:
        with seeing_all(self.store):
            for place in range(PRODUCTS):
                product = catalog.save_product(data=self._input(place, 0))
                variant = product.variants[0]
                inventory.receive_stock(
                    variant_ref=variant.id, sku=variant.sku, quantity=100, reason="test"
                )
                self.products.append(product)

    def change(self, place: int) -> None:
        number = self.history[place][-1][1] + 1
        with seeing_all(self.store):
            fresh = Product.objects.get(pk=self.products[place].pk)
            data = self._input(place, number, fresh.variants[0].id)
            catalog.save_product(product=fresh, data=data)
            (item,) = StockItem.objects.filter(variant_ref=fresh.variants[0].id)
            inventory.set_on_hand(stock_item=item, on_hand=number % 4, reason="counted")
        self.history[place].append((time.monotonic(), number))

    def oldest_allowed(self, place: int, asked_at: float) -> int:
        return max(
            number for moment, number in self.history[place] if moment <= asked_at - OLDEST_SECONDS
        )

    def _input(self, place: int, number: int, variant: str | None = None) -> ProductInput:
        return ProductInput(
            title=f"Tea-{self.slug}-{place} no{number}",
            slug=f"tea-{place}",
            status="active",
            variants=[
                VariantInput(
                    id=variant,
                    sku=f"{self.slug}-{place}",
                    prices=[PriceInput(currency="INR", amount_minor=10_000 + number)],
                )
            ],
        )


@pytest.fixture
def shops(transactional_db: None, system_scope: None) -> Iterator[list[Shop]]:
    opened = [Shop(open_store()) for _ in range(STORES)]
    for shop in opened:
        shop.fill()
    yield opened
    for shop in opened:
        clean_documents(shop.store)
        close_store(shop.store)


def test_two_thousand_requests_while_everything_changes(shops: list[Shop], settings: Any) -> None:
    settings.PAGE_VERSION_SECONDS = 0.4
    over = threading.Event()
    faults: list[str] = []
    cached_answers = [0]
    looks = [0]

    def write(shop: Shop) -> None:
        chance = random.Random(shop.slug)
        try:
            while not over.is_set():
                shop.change(chance.randrange(PRODUCTS))
                _wait_for(chance.randint(1, LOOKS_BETWEEN))
        except Exception as error:
            faults.append(f"writer: {error!r}")
        finally:
            connections.close_all()

    def _wait_for(more: int) -> None:
        enough = looks[0] + more
        wait_until(lambda: over.is_set() or looks[0] >= enough, "no visitors", seconds=120)

    def visit(seed: int) -> None:
        chance = random.Random(seed)
        try:
            for turn in range(REQUESTS // VISITORS + 1):
                look(chance)
                if turn % 60 == 0:  # as another process, which has nothing in its memory
                    storage.memory.clear()
                    versions.forget_page_versions()
        except Exception as error:
            faults.append(f"visitor: {error!r}")
        finally:
            connections.close_all()

    def look(chance: random.Random) -> None:
        shop = chance.choice(shops)
        path = chance.choice(
            ["/", "/search/", "/search/?sort=newest", *(f"/product/tea-{n}/" for n in range(3))]
        )
        asked_at = time.monotonic()
        answer = visitor(shop.store).get(path)
        looks[0] += 1
        if answer.status_code != 200:
            faults.append(f"{shop.slug} {path}: {answer.status_code}")
            return
        cached_answers[0] += not is_rendered(answer)
        for slug, place, number in _SHOWN.findall(answer.text):
            if slug != shop.slug:
                faults.append(f"{shop.slug} {path} shows {slug}")
            elif int(number) < shop.oldest_allowed(int(place), asked_at):
                faults.append(f"{shop.slug} {path} is old: {number} of {shop.history[int(place)]}")

    writers = [threading.Thread(target=write, args=(shop,)) for shop in shops]
    visitors = [threading.Thread(target=visit, args=(seed,)) for seed in range(VISITORS)]
    for thread in (*writers, *visitors):
        thread.start()
    for thread in visitors:
        thread.join(600)
    over.set()
    for thread in writers:
        thread.join(30)
    assert not faults, faults[:5]
    assert cached_answers[0] > REQUESTS / 4
    assert all(len(shop.history[0]) > 1 for shop in shops)
