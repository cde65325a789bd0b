"""A merchant signs up on a phone, opens a shop and gets into its admin."""

import re
import secrets
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from apps.owners.links import new_account_url
from apps.platform.models import Store
from tests.browser.pages import check
from tests.browser.platform import Platform
from tests.browser.walking import PASSWORD
from tests.support.databases import close_store
from tests.support.documents import clean_documents

pytestmark = [pytest.mark.browser, pytest.mark.matrix, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def slug() -> Iterator[str]:
    name = f"own{secrets.token_hex(3)}"
    yield name
    store = Store.objects.get(slug=name)
    clean_documents(store)
    close_store(store)


def test_from_the_start_page_to_the_admin_of_an_open_shop(
    platform: Platform, phone: Page, slug: str
) -> None:
    email = f"{slug}@example.com"
    phone.goto(platform.url())
    phone.get_by_role("link", name="Open your shop").click()
    check(phone)
    phone.get_by_label("E-mail").fill(email)
    phone.get_by_role("button", name="Send the link").click()
    expect(phone.get_by_role("heading", name="A mail is on its way")).to_be_visible()

    path = "/" + new_account_url(email).split("/", 3)[3]  # the mail is in another process
    phone.goto(platform.url(path=path))
    check(phone)
    phone.get_by_label("Password").fill(PASSWORD)
    phone.get_by_role("button", name="Make the account").click()
    phone.get_by_role("link", name="Open a store").click()
    check(phone)

    phone.get_by_label("Name of the shop").fill(f"Own {slug.removeprefix('own')}")
    expect(phone.get_by_label("Address")).to_have_value(f"own-{slug.removeprefix('own')}")
    phone.get_by_label("Address").fill("admin")
    expect(phone.get_by_text("This word is reserved")).to_be_visible()
    phone.get_by_label("Address").fill(slug)
    expect(phone.get_by_text(f"{slug}.localhost is free.")).to_be_visible()
    phone.get_by_label("Country").select_option("SE")
    expect(phone.get_by_label("Currency")).to_have_value("SEK")
    phone.get_by_label("Country").select_option("IN")
    phone.get_by_label("State").select_option("KA")
    phone.get_by_label("Food").check()
    phone.get_by_label("Free").first.check()
    phone.get_by_role("button", name="Open the store").click()

    expect(phone.get_by_role("heading", name="Your shop is open")).to_be_visible()
    check(phone)
    phone.get_by_role("link", name="All my stores").click()
    check(phone)
    phone.get_by_role("link", name="First steps").click()
    phone.get_by_role("button", name="Choose the password").click()
    check(phone)
    phone.get_by_role("link", name="Choose the password").click()
    expect(phone).to_have_url(re.compile(rf"http://{slug}\.localhost:\d+/admin/password/new/"))
