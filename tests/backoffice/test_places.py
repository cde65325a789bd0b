"""Places in the admin: regions from the list of their country, countries of a shipping method by name."""

from typing import Any

import pytest
from django.test import Client

from apps.inventory.models import Warehouse
from apps.pricing.models import ShippingMethod, TaxRate, TaxSettings
from apps.shipping.models import PickupPlace
from apps.tenancy.context import use_store
from tests.backoffice.forms import Fields
from tests.checkout.shop import make_cart, make_goods, place
from tests.fulfilment.parcels import WHO, pickup
from tests.support.acting import seeing_all

pytestmark = pytest.mark.django_db

RATES, METHODS = "/admin/pricing/taxrate/add/", "/admin/pricing/shippingmethod/add/"
RATE = {
    "name": "Tax",
    "country": "IN",
    "tax_class": "standard",
    "new_class": "books",
    "percent": "5",
    "split": "",
}
METHOD = {
    "name": "Post", "code": "post", "kind": "flat", "postal_rule": "anywhere", "amount_minor": "10", "estimate_days_min": "1", "estimate_days_max": "2", "position": "1",
}  # fmt: skip


def errors(answer: Any) -> dict[str, list[str]]:
    assert answer.status_code == 200
    return dict(answer.context["adminform"].form.errors)


def test_a_region_is_chosen_from_the_list_of_the_country(owner: Client, store: Any) -> None:
    with use_store(store):
        settings = TaxSettings.objects.get()
        TaxSettings.objects.update(origin_country="IN", origin_region="KA")
    page = owner.get(f"/admin/pricing/taxsettings/{settings.pk}/change/").content.decode()

    assert '<option value="KA" selected>Karnataka</option>' in page
    assert 'data-region-of="origin_country"' in page


@pytest.mark.parametrize("typed", ["KA", "Karnataka", "29", "in-ka"])
def test_a_region_of_a_tax_is_kept_by_its_code(owner: Client, store: Any, typed: str) -> None:
    assert owner.post(RATES, {**RATE, "region": typed}).status_code == 302

    with use_store(store):
        assert TaxRate.objects.get(tax_class="books").region == "KA"


@pytest.mark.parametrize("typed", ["Karnatka", "CA", "x" * 61])
def test_an_unknown_region_is_an_error_of_its_field(owner: Client, store: Any, typed: str) -> None:
    assert set(errors(owner.post(RATES, {**RATE, "region": typed}))) == {"region"}

    with use_store(store):
        assert not TaxRate.objects.filter(tax_class="books").exists()


def test_the_input_of_a_region_follows_the_country(
    owner: Client,
    client_for: Any,
    store: Any,
) -> None:
    states = owner.get("/admin/regions/?country=US&name=region").content.decode()
    assert '<option value="CA">California</option>' in states
    text = owner.get("/admin/regions/?country=DE&name=origin_region").content.decode()
    assert '<input type="text" name="origin_region"' in text
    assert owner.get("/admin/regions/?country=US&name=password").status_code == 404
    assert client_for(store).get("/admin/regions/?country=US&name=region").status_code == 302


def test_a_warehouse_has_an_address_in_its_normal_form(owner: Client, store: Any) -> None:
    values = {"name": "W", "code": "W2", "priority": "1", "country": "IN", "region": "ka"}
    bad = {**values, "postal_code": "110001", "phone": "12"}
    assert set(errors(owner.post("/admin/inventory/warehouse/add/", bad))) == {
        "postal_code",
        "phone",
    }

    good = {**values, "postal_code": "५६०-००१", "phone": "098450 12345"}
    assert owner.post("/admin/inventory/warehouse/add/", good).status_code == 302
    with use_store(store):
        warehouse = Warehouse.objects.get(code="W2")
    assert (warehouse.region, warehouse.postal_code, warehouse.phone) == (
        "KA",
        "560001",
        "+919845012345",
    )


def test_a_new_way_of_shipping_begins_with_the_store_s_country(owner: Client, store: Any) -> None:
    page = owner.get(METHODS).content.decode()

    assert f'name="countries" value="{store.country}" checked' in page
    assert page.count('name="countries" value=') > 240


def test_everywhere_is_said_and_never_left_out(owner: Client, store: Any) -> None:
    scoped = {**METHOD, "countries_scope": "chosen"}
    assert set(errors(owner.post(METHODS, METHOD))) == {"countries"}
    assert set(errors(owner.post(METHODS, scoped))) == {"countries"}
    assert set(errors(owner.post(METHODS, {**scoped, "countries": ["IN", "XX"]}))) == {"countries"}

    assert owner.post(METHODS, {**scoped, "countries": ["NP", "IN"]}).status_code == 302
    everywhere = {**METHOD, "code": "world", "countries_scope": "everywhere", "countries": ["IN"]}
    assert owner.post(METHODS, everywhere).status_code == 302

    with use_store(store):
        assert ShippingMethod.objects.get(code="post").countries == ["IN", "NP"]
        world = ShippingMethod.objects.get(code="world")
    assert world.goes_everywhere
    page = owner.get(f"/admin/pricing/shippingmethod/{world.pk}/change/").content.decode()
    assert 'value="everywhere" checked' in page
    assert "everywhere" in owner.get("/admin/pricing/shippingmethod/").content.decode()


def test_a_place_without_a_country_is_in_that_of_the_store(owner: Client, store: Any) -> None:
    """Its taxes are those of its region, so a region that is none is refused."""
    page = "/admin/shipping/pickupplace/add/"
    values = {"name": "Counter", "code": "counter-2", "days_kept": "7", "position": "0"}
    wrong = {**values, "line1": "1 MG Road", "city": "Mysuru", "region": "Karnatka"}
    assert set(errors(owner.post(page, wrong))) == {"region"}
    assert set(errors(owner.post(page, values))) == {"line1"}
    assert owner.post(page, {**wrong, "region": "Karnataka"}).status_code == 302
    with use_store(store):
        place = PickupPlace.objects.get(code="counter-2")
    assert (place.country, place.region) == ("IN", "KA")


def test_a_pickup_place_names_the_orders_that_wait_and_does_not_close_over_them(
    owner: Client, store: Any
) -> None:
    with seeing_all(store):
        pickup()
        order = place(
            make_cart(make_goods()), shipping_method="collect.chennai", shipping_address=WHO
        ).order
        spot = PickupPlace.objects.get()
        house = Warehouse.objects.get()
    page = f"/admin/shipping/pickupplace/{spot.pk}/change/"
    shown = owner.get(page).content.decode()
    assert order.number in shown
    sent = {**Fields(shown).sent}
    sent.pop("is_active")
    assert order.number in errors(owner.post(page, sent))["successor"][0]
    assert errors(owner.post(page, {**Fields(shown).sent, "region": "KA", "postal_code": "560001"}))
    assert owner.post(page, {**sent, "stays": "on"}).status_code == 302
    assert owner.post(f"/admin/shipping/pickupplace/{spot.pk}/delete/", {"post": "yes"})
    with seeing_all(store):
        spot.refresh_from_db()
        assert not spot.is_active
        PickupPlace.objects.update(line1="", warehouse=house)
        Warehouse.objects.update(line1="1 Mill Road", city="Chennai", region="TN", country="IN")
    page = f"/admin/inventory/warehouse/{house.pk}/change/"
    typed = {**Fields(owner.get(page).content.decode()).sent, "region": "KA"}
    assert order.number in errors(owner.post(page, typed))["region"][0]
