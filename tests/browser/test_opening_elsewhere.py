"""An operator opens a store on another PostgreSQL in the browser: chooses, tests, watches, mends, visits it."""

import secrets
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.platform import Platform
from tests.browser.walking import PASSWORD, log_in
from tests.support.databases import LOCAL, close_store

pytestmark = [
    pytest.mark.browser,
    pytest.mark.matrix,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def operator(db: None) -> str:
    from apps.accounts.models import User

    email = f"operator-{secrets.token_hex(4)}@example.com"
    User.objects.create_superuser(email, PASSWORD)
    return email


@pytest.fixture
def place(second_cluster: Any) -> Iterator[dict[str, str]]:
    with second_cluster.database() as name:
        yield second_cluster.config_of(name)


@pytest.fixture
def slug() -> Iterator[str]:
    from apps.platform.models import Store
    from apps.tenancy.connections import forget_database

    name = f"far{secrets.token_hex(3)}"
    yield name
    store = Store.objects.get(slug=name)
    forget_database(store.active_store.alias)
    close_store(store)


def fill(page: Page, place: dict[str, str], **change: str) -> None:
    for name, value in {**place, **change}.items():
        field = page.locator(f"[name=postgresql-{name}]")
        if name == "sslmode":
            field.select_option(value)
        else:
            field.fill(value)


def shoot(page: Page, name: str) -> None:
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        page.screenshot(path=LOCAL / f"{name}-{width}.png", full_page=True)
        wide = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0, f"{name} is wider than a screen of {width}"


def test_a_store_is_opened_on_another_server(
    platform: Platform, desk: Page, operator: str, place: dict[str, str], slug: str
) -> None:
    page = desk
    log_in(page, platform.url(path="/admin/login/"), operator)
    page.goto(platform.url(path="/admin/platform/store/add/"))
    expect(page.locator("[name=postgresql-host]")).to_be_hidden()
    expect(page.get_by_role("button", name="Test the connection")).to_be_hidden()
    page.fill("input[name=name]", "Far Away")
    page.keyboard.press("Tab")
    page.fill("input[name=slug]", slug)
    page.select_option("select[name=state]", "KA")
    page.locator("[name=database_type]").select_option("postgresql")
    expect(page.locator("[name=supabase-database-accessToken]")).to_be_hidden()
    fill(page, place, password="a-wrong-password")
    page.get_by_role("button", name="Test the connection").click()
    expect(page.get_by_text("refuses this user and password")).to_be_visible()
    shoot(page, "placing-refused")
    page.click("button[name=_save], input[name=_save]")
    expect(page.get_by_role("button", name="Save it and try again")).to_be_visible(timeout=60_000)
    shoot(page, "placing-stopped")
    fill(page, place)
    page.get_by_role("button", name="Save it and try again").click()
    expect(page.get_by_role("heading", name="Far Away is open")).to_be_visible(timeout=60_000)
    shoot(page, "placing-open")
    assert place["password"] not in page.content()
    page.goto(platform.url(slug))
    expect(page.get_by_text("Far Away").first).to_be_visible()


def test_the_fields_follow_the_choice(platform: Platform, desk: Page, operator: str) -> None:
    page = desk
    log_in(page, platform.url(path="/admin/login/"), operator)
    page.goto(platform.url(path="/admin/platform/store/add/"))
    for kind, field in (
        ("supabase-database", "accessToken"),
        ("mysql", "host"),
        ("postgresql", "caCertificate"),
    ):
        page.locator("[name=database_type]").select_option(kind)
        expect(page.locator(f"[name={kind}-{field}]")).to_be_visible()
        expect(page.locator(".placement-fields:visible")).to_have_count(1)
        shoot(page, f"placing-{kind}")
