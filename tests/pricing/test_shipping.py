"""Shipping by weight, by order value and by postal codes: what it costs, where it is offered, and what staff may type."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from apps.accounts.models import Role
from apps.backoffice.store.shipping import read_brackets, write_brackets
from apps.checkout.errors import ShippingUnavailable
from apps.checkout.selectors import list_checkout_options
from apps.pricing.models import ShippingMethod
from apps.pricing.rules import TaxRules
from apps.pricing.selectors import shipping_cost
from apps.pricing.services import BasketLine, price_order
from apps.tenancy.context import use_actor, use_store
from tests.api.shop import make_user
from tests.backoffice.forms import Fields
from tests.checkout.shop import make_cart, make_goods, place
from tests.pricing.lines import line
from tests.support.acting import SYSTEM, seeing_all

WEIGHTS = [[0, 4_900], [1_000, 8_900], [5_000, 19_900]]


def by_weight(**values: Any) -> ShippingMethod:
    given = {"code": "w", "kind": "weight", "currency": "INR", "amount_minor": 4_900, **values}
    return ShippingMethod(brackets=WEIGHTS, **given)


@pytest.mark.parametrize(
    ("grams", "cost"), [(0, 4_900), (999, 4_900), (1_000, 8_900), (4_999, 8_900), (5_000, 19_900), (10**9, 19_900)]
)  # fmt: skip
def test_a_bracket_is_valid_until_the_next_one(grams: int, cost: int) -> None:
    assert shipping_cost(by_weight(), 100, grams) == cost
    by_value = by_weight(kind="value")
    assert shipping_cost(by_value, grams, 1) == cost
    assert shipping_cost(by_weight(free_above_minor=100), 100, grams) == 0


def test_an_order_pays_for_the_weight_of_what_is_sent() -> None:
    def shipping(*lines: BasketLine) -> int:
        values: dict[str, Any] = {"address": {}, "currency": "INR", "taxes": TaxRules()}
        return price_order(lines=lines, shipping_method=by_weight(), **values).shipping_minor

    download = line(100, is_digital=True, weight_grams=9_000)
    assert shipping(line(100, 3, weight_grams=333)) == 4_900
    assert shipping(line(100, 3, weight_grams=333), download) == 4_900
    assert shipping(line(100, 4, weight_grams=250), download) == 8_900


def test_brackets_read_as_they_are_written() -> None:
    text = "0: 49.00\n१०००: 89.00\n\n 5000 : 199.00"
    assert read_brackets(text, "weight", "INR", "en-IN") == WEIGHTS
    assert (
        read_brackets(write_brackets(WEIGHTS, "weight", "INR", "en-IN"), "weight", "INR", "en-IN")
        == WEIGHTS
    )
    values = [[0, 4_900], [50_000, 0]]
    assert read_brackets("0: 49\n500.00: 0", "value", "INR", "en-IN") == values
    assert read_brackets("０： ४९\n५००．００： 0", "value", "INR", "en-IN") == values
    assert (
        read_brackets(write_brackets(values, "value", "INR", "en-IN"), "value", "INR", "en-IN")
        == values
    )
    assert read_brackets("0: 500\n1000: 900", "weight", "JPY", "ja") == [[0, 500], [1_000, 900]]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "gap"),
        ("100: 49.00", "gap"),
        ("0: 49\n500: 89\n500: 99", "overlap"),
        ("0: 49\n500: 89\n400: 99", "overlap"),
        ("0 49", "Write each line"),
        ("0: x", "0: x"),
        ("0: 49\n1.5: 3", "grams"),
        ("0: 49\n99999999: 3", "grams"),
        ("0: -1", "negative"),
        ("\n".join(f"{at}: 1" for at in range(60)), "At most 50"),
    ],
)
def test_brackets_that_do_not_fit_are_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        read_brackets(text, "weight", "INR", "en-IN")


@pytest.mark.django_db
def test_ways_are_offered_by_postal_code_and_weight(in_store: Any) -> None:
    with use_actor(SYSTEM):
        ShippingMethod.objects.update(postal_rule="only", postal_codes=["5600*"])
        near: dict[str, Any] = {"country": "IN", "region": "KA", "postal_code": "560 025"}
        cart = make_cart(make_goods(), quantity=2)  # of 250 g each

        def offered(**changes: str) -> list[str]:
            found = list_checkout_options(cart, **{**near, **changes})
            return [option.code for option in found.shipping_options]

        assert offered() == ["standard"]
        assert offered(postal_code="") == ["standard"]
        assert offered(postal_code="110001") == []
        ShippingMethod.objects.update(postal_codes=["11*"])
        with pytest.raises(ShippingUnavailable):
            place(cart)
        ShippingMethod.objects.update(postal_rule="except", heaviest_grams=499)
        assert offered() == []
        ShippingMethod.objects.update(heaviest_grams=500)
        assert offered() == ["standard"]
        place(make_cart(make_goods()))


@pytest.mark.django_db
def test_staff_type_prices_by_weight(store: Any, client_for: Callable[..., Client]) -> None:
    client, person = client_for(store), make_user(store, Role.MANAGER)
    with use_store(store):
        client.force_login(person)
    client.cookies[f"session_{store.slug}"] = client.cookies["sessionid"].value
    with seeing_all(store):
        method = ShippingMethod.objects.get(code="standard")
    url = f"/admin/pricing/shippingmethod/{method.pk}/change/"

    def save(**changes: str) -> dict[str, Any]:
        sent = {**Fields(client.get(url).content.decode()).sent, **changes}
        page = client.post(url, sent, follow=True)
        return dict(page.context["adminform"].form.errors) if "adminform" in page.context else {}

    assert set(save(kind="weight", prices="")) == {"prices"}
    assert set(save(kind="flat", amount_minor="")) == {"amount_minor"}
    assert set(save(postal_rule="only")) == {"postal_codes"}
    assert save(kind="weight", prices="0: 49.00\n1000: 89.00") == {}
    with seeing_all(store):
        method.refresh_from_db()
    assert method.brackets == [[0, 4_900], [1_000, 8_900]]
    assert method.amount_minor == 4_900
    assert save(name="Renamed") == {}  # what is shown is what was saved
    with seeing_all(store):
        method.refresh_from_db()
    assert (method.name, method.brackets) == ("Renamed", [[0, 4_900], [1_000, 8_900]])
