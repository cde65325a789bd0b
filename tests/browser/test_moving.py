"""A store on a server of its own sells, moves to the shared cluster and back, and nobody's order is lost on the way."""

import json
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.platform import Platform
from tests.browser.walking import PASSWORD, add_product, buy_as_guest, log_in
from tests.support.databases import close_store

pytestmark = [
    pytest.mark.browser,
    pytest.mark.matrix,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(600),
]
MONEY_AND_STOCK = (
    "sql:orders_order",
    "sql:orders_orderline",
    "sql:orders_orderevent",
    "sql:payments_payment",
    "sql:inventory_stockitem",
    "sql:inventory_movement",
    "sql:inventory_reservation",
)


@dataclass(frozen=True)
class Place:
    """A database that is the merchant's: its kind, and what is typed into the form."""

    kind: str
    config: dict[str, str]


@pytest.fixture
def on_postgresql(second_cluster: Any) -> Iterator[Place]:
    with second_cluster.database() as name:
        yield Place("postgresql", second_cluster.config_of(name))


@pytest.fixture
def on_mariadb(mariadb: Any) -> Iterator[Place]:
    config = mariadb.make_database()
    yield Place("mysql", config)
    mariadb.drop_database(config["database"])


@pytest.fixture
def operator(db: None) -> str:
    from apps.accounts.models import User

    email = f"operator-{secrets.token_hex(4)}@example.com"
    User.objects.create_superuser(email, PASSWORD)
    return email


@pytest.fixture
def slug(db: None) -> Iterator[str]:
    from apps.platform.models import Store
    from apps.tenancy.connections import forget_database

    name = f"anywhere{secrets.token_hex(3)}"
    yield name
    store = Store.objects.get(slug=name)
    forget_database(store.active_store.alias)
    close_store(store)


def test_on_postgresql(
    platform: Platform, phone: Page, operator: str, on_postgresql: Place, slug: str
) -> None:
    there_and_back(platform, phone, operator, on_postgresql, slug)


@pytest.mark.mariadbd
def test_on_mariadb(
    platform: Platform, phone: Page, operator: str, on_mariadb: Place, slug: str
) -> None:
    there_and_back(platform, phone, operator, on_mariadb, slug)


def there_and_back(platform: Platform, page: Page, operator: str, place: Place, slug: str) -> None:
    open_store_on(platform, page, operator, place, slug)
    log_in(page, platform.url(slug, "/admin/"), f"owner@{slug}.example")
    add_product(page, platform.url(slug, "/admin/"))
    bought = [buy(platform, page, slug)]

    move(platform, slug, "shared")
    bought.append(buy(platform, page, slug))
    move(platform, slug, place.kind, place.config)
    bought.append(buy(platform, page, slug))

    for order_page in bought:
        page.goto(order_page)
        expect(page.locator("main")).to_contain_text("Walking stick")
    page.goto(platform.url(slug, "/admin/orders/order/"))
    expect(page.locator("#result_list tbody tr")).to_have_count(len(bought))


def open_store_on(platform: Platform, page: Page, operator: str, place: Place, slug: str) -> None:
    log_in(page, platform.url(path="/admin/login/"), operator)
    page.goto(platform.url(path="/admin/platform/store/add/"))
    page.fill("input[name=name]", "Anywhere Ltd")
    page.keyboard.press("Tab")
    page.fill("input[name=slug]", slug)
    page.select_option("select[name=state]", "KA")
    page.locator("[name=database_type]").select_option(place.kind)
    for name, value in place.config.items():
        field = page.locator(f"[name={place.kind}-{name}]")
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    page.get_by_role("button", name="Test the connection").click()
    expect(page.get_by_text("A store can live there.")).to_be_visible()
    page.click("button[name=_save], input[name=_save]")
    expect(page.get_by_role("heading", name="Anywhere Ltd is open")).to_be_visible(timeout=120_000)
    page.fill("input[name=email]", f"owner@{slug}.example")
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("button", name="Make the login").click()
    expect(page.get_by_role("button", name="Make the login")).to_have_count(0)


def buy(platform: Platform, page: Page, slug: str) -> str:
    """Buy one, wait until it is paid, and answer the address of the order's page."""
    order_page = buy_as_guest(page, platform.url(slug))
    expect(page.locator("main")).to_contain_text(re.compile("paid", re.I), timeout=60_000)
    return order_page


def move(platform: Platform, slug: str, kind: str, config: dict[str, str] | None = None) -> None:
    """Move the store as an operator does, and compare every row of orders, money and stock."""
    before = prints(slug)
    to = ["--config", "-"] if config else []
    platform.manage("move_store", slug, "--to", kind, *to, given=json.dumps(config or {}))
    assert prints(slug) == before
    platform.manage("move_store", slug, "--drop-source")


def prints(slug: str) -> dict[str, tuple[int, str]]:
    from apps.archive import SQL, fingerprint_store
    from apps.platform.models import Store

    found = fingerprint_store(Store.objects.get(slug=slug), parts=[SQL])
    chosen = {name: found[name] for name in MONEY_AND_STOCK}
    assert chosen["sql:orders_order"][0] > 0
    return chosen
