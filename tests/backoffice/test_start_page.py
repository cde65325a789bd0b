"""A store's start page: what a new owner still has to do, and no turnover for those who may not see it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import Role
from apps.common.clock import now
from apps.content import services as content
from apps.content.models import Page, Purpose
from apps.fulfilment.models import Shipment
from apps.payments.models import PaymentMethod
from apps.pricing.models import ShippingMethod, TaxSettings
from apps.tenancy.context import use_store
from tests.api.shop import make_product, make_user, pay, place_order
from tests.backoffice.sessions import rename_session
from tests.support.acting import STAFF


@pytest.fixture
def start(store: Any, client_for: Callable[..., Client]) -> Callable[[Role], Any]:
    def open_as(role: Role) -> Any:
        client = client_for(store)
        with use_store(store):
            client.force_login(make_user(store, role))
        answer = rename_session(client, f"session_{store.slug}").get("/admin/")
        assert answer.status_code == 200
        return answer

    return open_as


def undone(answer: Any) -> list[str]:
    return [step.title for step in answer.context["checklist"] if not step.is_done]


def test_a_new_owner_sees_what_is_to_be_done(store: Any, start: Callable[[Role], Any]) -> None:
    with use_store(store):
        ShippingMethod.objects.update(countries=[])
        TaxSettings.objects.update(origin_country="", origin_region="")
        PaymentMethod.objects.update(is_active=False)
    answer = start(Role.OWNER)
    assert "Before you can sell" in answer.content.decode()
    assert undone(answer) == [step.title for step in answer.context["checklist"]]
    make_product(store)
    with use_store(store):
        ShippingMethod.objects.update(countries=[store.country])
        PaymentMethod.objects.filter(is_test=False).update(is_active=True)
        content.save_theme(values={"contact_email": "shop@example.com"})
    pages = {"Publish your policies", "Publish how to reach you"}
    assert set(undone(start(Role.OWNER))) == {"Add your logo", "Say where you sell from", *pages}
    with use_store(store):
        Page.objects.exclude(purpose=Purpose.CONTACT).update(is_published=True)
    contact = {"Publish how to reach you"}
    assert set(undone(start(Role.OWNER))) == {"Add your logo", "Say where you sell from", *contact}
    with use_store(store):
        Page.objects.update(is_published=True)
    answer = start(Role.OWNER)
    assert set(undone(answer)) == {"Add your logo", "Say where you sell from"}
    assert "if you like" in answer.content.decode()
    with use_store(store):
        TaxSettings.objects.update(origin_country=store.country, origin_region="KA")
    assert "Before you can sell" not in start(Role.OWNER).content.decode(), "a logo is no need"


def test_a_product_that_is_no_draft_any_more_is_a_step_of_its_own(
    store: Any, start: Callable[[Role], Any]
) -> None:
    make_product(store, status="draft")
    assert "Add a product" not in undone(start(Role.OWNER))
    assert "Publish a product" in undone(start(Role.OWNER))


def test_an_indian_store_needs_its_state(store: Any, start: Callable[[Role], Any]) -> None:
    with use_store(store):
        TaxSettings.objects.update_or_create(
            key="store", defaults={"origin_country": "IN", "origin_region": ""}
        )
    assert "Say where you sell from" in undone(start(Role.OWNER))
    with use_store(store):
        TaxSettings.objects.update(origin_region="KA")
    assert "Say where you sell from" not in undone(start(Role.OWNER))


def test_steps_are_shown_to_those_who_may_do_them(start: Callable[[Role], Any]) -> None:
    assert start(Role.FULFILMENT).context["checklist"] == []


@pytest.mark.parametrize(
    ("role", "sees"),
    [
        (Role.OWNER, True),
        (Role.MANAGER, True),
        (Role.FULFILMENT, False),
        (Role.CATALOG, False),
    ],
)
def test_turnover_is_for_those_who_may_see_payments(
    store: Any, start: Callable[[Role], Any], role: Role, sees: bool
) -> None:
    pay(store, place_order(store))
    answer = start(role)
    titles = [figure["title"] for figure in answer.context["figures"]]
    assert "Orders today" in titles
    assert ("Sales today" in titles) is sees
    assert ("Sales in the last 30 days" in answer.content.decode()) is sees
    urls = [row["url"] for row in answer.context["attention"]]
    assert any("payments_payment" in url or "/payments/" in url for url in urls) is False


def test_parcels_on_their_way_back_need_attention(store: Any, start: Callable[[Role], Any]) -> None:
    order = place_order(store)
    title = "Parcels on their way back"
    assert title not in start(Role.OWNER).content.decode()
    with use_store(store, actor=STAFF):
        for number, state, back_at in (
            ("P-1", "returning", None),
            ("P-2", "shipped", None),
            ("P-3", "returning", now()),
        ):
            Shipment.objects.create(
                order_id=order["id"],
                number=number,
                request_key=number,
                state=state,
                back_at=back_at,
            )
    (row,) = [row for row in start(Role.OWNER).context["attention"] if row["title"] == title]
    assert row["count"] == 1
    assert row["url"].endswith("/admin/fulfilment/shipment/undelivered/?list=returning")


def test_the_search_finds_orders_products_and_people(
    store: Any, client_for: Callable[..., Client]
) -> None:
    product = make_product(store, title="Monsoon Malabar")
    order = place_order(store, product)
    person = make_user(store, first_name="Lakshmi")
    client = client_for(store)
    with use_store(store):
        client.force_login(make_user(store, Role.OWNER))
    rename_session(client, f"session_{store.slug}")
    for term, found in (
        (order["number"], f"/admin/orders/order/{order['id']}/change/"),
        ("malabar", f"/admin/catalog/product/{product.pk}/change/"),
        ("lakshmi", f"/admin/accounts/customer/{person.pk}/"),
    ):
        page = client.get("/admin/search/", {"s": term, "extended": "1"}).content.decode()
        assert found in page, term


def test_the_search_shows_nothing_to_those_who_may_not_look(
    store: Any, client_for: Callable[..., Client]
) -> None:
    person = make_user(store, first_name="Lakshmi")
    client = client_for(store)
    with use_store(store):
        client.force_login(make_user(store, Role.FULFILMENT))
    rename_session(client, f"session_{store.slug}")
    page = client.get("/admin/search/", {"s": "lakshmi", "extended": "1"}).content.decode()
    assert str(person.pk) not in page
