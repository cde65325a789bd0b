"""Zones, profiles and surcharges: where a method goes, what it costs there, and what it does not take."""

from collections.abc import Callable
from dataclasses import replace as changed
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import Role
from apps.catalog import services as catalog
from apps.catalog.errors import InvalidProduct
from apps.catalog.inputs import ProductInput
from apps.checkout.errors import ShippingUnavailable
from apps.checkout.selectors import list_checkout_options
from apps.pricing.errors import UsedByShipping
from apps.pricing.models import ShippingMethod
from apps.pricing.removals import delete_profile, delete_zone
from apps.pricing.selectors import shipping_cost
from apps.shipping.areas import Area, Place
from apps.shipping.models import Profile, Zone
from apps.tenancy.context import use_actor, use_store
from tests.api.shop import make_user
from tests.backoffice.forms import Fields
from tests.checkout.shop import Goods, make_cart, make_goods, place
from tests.support.acting import STAFF, SYSTEM, seeing_all

pytestmark = pytest.mark.django_db


def test_a_region_is_in_an_area_in_any_spelling_and_by_its_postal_code(in_store: Any) -> None:
    south = Area.of(
        countries=["NP"], regions=["IN-KL", "IN-KA"], rule="except", postal_codes=["5601*"]
    )
    inside = [
        ("IN", "Kerala", ""),
        ("IN", "ka", "560025"),
        ("in", "", ""),
        ("NP", "", "44600"),
        ("IN", "", "682001"),
    ]
    outside = [("IN", "KA", "560100"), ("IN", "MH", ""), ("IN", "", "400001"), ("US", "KA", "")]
    assert all(south.holds(Place.at(*each)) for each in inside)
    assert not any(south.holds(Place.at(*each)) for each in outside)
    assert south.touched == {"NP", "IN"}


def zoned(**terms: Any) -> None:
    Zone.objects.create(
        code="city", name="City", regions=["IN-KA"], postal_rule="only", postal_codes=["5600*"]
    )
    Zone.objects.create(code="india", name="India", countries=["IN"], position=1)
    prices = [
        {"zone": "india", "amount_minor": 9_900, "brackets": None, "free_above_minor": None, "days": [3, 6]},
        {"zone": "city", "amount_minor": 2_900, "brackets": None, "free_above_minor": 10, "days": [1, 1]},
    ]  # fmt: skip
    ShippingMethod.objects.update(zone_prices=prices, countries=["US"], **terms)


def offered(cart: Any, **changes: str) -> list[tuple[str, int, int]]:
    place: dict[str, Any] = {"country": "IN", "region": "KA", "postal_code": "560025", **changes}
    found = list_checkout_options(cart, **place)
    return [(each.code, each.amount_minor, each.method.days[1]) for each in found.shipping_options]


def test_the_first_zone_that_holds_the_address_has_the_price_and_the_days(in_store: Any) -> None:
    with use_actor(SYSTEM):
        zoned()
        cart = make_cart(make_goods())
        assert offered(cart) == [("standard", 0, 1)]
        assert offered(cart, region="MH", postal_code="400001") == [("standard", 9_900, 6)]
        assert offered(cart, country="US", region="", postal_code="") == []
        order = place(cart).order
        assert (order.shipping_minor, ShippingMethod.objects.get().amount_minor) == (0, 4_900)
        with pytest.raises(UsedByShipping):
            delete_zone(zone=Zone.objects.get(code="city"))


def of_profile(goods: Goods, code: str) -> Goods:
    data = changed(ProductInput.of(goods.product), shipping_profile=code)
    product = catalog.save_product(data=data, product=goods.product)
    return Goods(product, goods.variant_ref, goods.sku)


def test_a_mixed_cart_gets_what_fits_all_of_it_and_the_reason_for_the_rest(in_store: Any) -> None:
    terms = [
        {"profile": "heavy", "is_taken": True, "surcharge_minor": 5_000, "per": "piece"},
        {"profile": "fragile", "is_taken": False, "surcharge_minor": 0, "per": "order"},
    ]
    with use_actor(SYSTEM):
        Profile.objects.create(code="heavy", name="Heavy goods")
        fragile = Profile.objects.create(code="fragile", name="Fragile goods")
        ShippingMethod.objects.update(profile_terms=terms, free_above_minor=0)
        anvil, vase = of_profile(make_goods(), "heavy"), of_profile(make_goods(), "FRAGILE")
        assert offered(make_cart(anvil, quantity=3))[0][1] == 15_000  # free, and yet heavy
        cart = make_cart(anvil, vase)
        found = list_checkout_options(cart, country="IN", region="KA")
        assert not found.shipping_options
        assert [each.reason for each in found.refused_shipping] == [
            "Not for what is in your cart: Fragile goods."
        ]
        with pytest.raises(ShippingUnavailable):
            place(cart)
        ShippingMethod.objects.update(profile_terms=terms[:1])
        assert place(make_cart(anvil, vase)).order.shipping_minor == 5_000
        delete_profile(profile=fragile)
        with pytest.raises(InvalidProduct):
            of_profile(make_goods(), "unknown")


def test_surcharges_are_for_the_order_or_for_each_piece() -> None:
    terms = [
        {"profile": "a", "is_taken": True, "surcharge_minor": 7, "per": "order"},
        {"profile": "b", "is_taken": True, "surcharge_minor": 10, "per": "piece"},
    ]
    method = ShippingMethod(kind="flat", currency="INR", amount_minor=100, profile_terms=terms)
    assert shipping_cost(method, 1, 0, {"a": 3, "b": 2}) == 127
    assert shipping_cost(method, 1, 0, {"c": 5}) == 100


def test_staff_type_zones_prices_by_zone_and_profiles(
    store: Any, client_for: Callable[..., Client]
) -> None:
    client, person = client_for(store), make_user(store, Role.MANAGER)
    with use_store(store), use_actor(STAFF):
        client.force_login(person)
        Profile.objects.create(code="heavy", name="Heavy")
    client.cookies[f"session_{store.slug}"] = client.cookies["sessionid"].value
    with seeing_all(store):
        method = ShippingMethod.objects.get(code="standard")
    method_url = f"/admin/pricing/shippingmethod/{method.pk}/change/"

    def send(url: str, **changes: str) -> dict[str, Any]:
        sent = {**Fields(client.get(url).content.decode()).sent, **changes}
        page = client.post(url, sent, follow=True)
        return dict(page.context["adminform"].form.errors) if "adminform" in page.context else {}

    new = "/admin/shipping/zone/add/"
    assert set(send(new, name="South", code="south")) == {"countries"}
    assert set(send(new, name="South", code="south", regions="IN Keralaa")) == {"regions"}
    whole = send(new, name="South", code="south", regions="Germany")["regions"]
    assert whole == ["Germany is a country: choose it among the whole countries above."]
    regions = "India: Kerala\nUnited States California\nkarnataka"
    assert send(new, name="South", code="south", regions=regions) == {}
    with seeing_all(store):
        zone = Zone.objects.get()
    assert (zone.countries, zone.regions) == ([], ["IN-KA", "IN-KL", "US-CA"])
    assert send(f"/admin/shipping/zone/{zone.pk}/change/", name="The South") == {}
    with seeing_all(store):
        assert Zone.objects.get().regions == ["IN-KA", "IN-KL", "US-CA"]

    typed = {"zone_prices-south-price": "29.00", "zone_prices-south-days": "4-2"}
    terms = {"profile_terms-heavy-terms": "piece", "profile_terms-heavy-surcharge": "-5"}
    assert set(send(method_url, **typed, **terms)) == {"zone_prices", "profile_terms"}
    typed |= {"zone_prices-south-days": "2-4", "zone_prices-south-free_above": "500"}
    assert send(method_url, **typed, **{**terms, "profile_terms-heavy-surcharge": "50"}) == {}
    assert send(method_url, name="Renamed") == {}  # what is shown is what was saved
    with seeing_all(store):
        method.refresh_from_db()
    assert method.zone_prices == [
        {"zone": "south", "amount_minor": 2_900, "brackets": None, "free_above_minor": 50_000, "days": [2, 4]}
    ]  # fmt: skip
    assert method.profile_terms == [
        {"profile": "heavy", "is_taken": True, "surcharge_minor": 5_000, "per": "piece"}
    ]
