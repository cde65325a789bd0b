"""Staff find orders by what they know of them, in any script, case and format."""

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from apps.orders import finding
from apps.orders.buyers import list_guests
from apps.orders.finding import find_orders
from apps.orders.models import Order
from tests.support.orders import place, price_line


@pytest.fixture
def theirs(in_store: Any, as_staff: None) -> Order:
    order = place(price_line(title="Ｃrème Caramel मसाला", variant_title="250 g", sku="CH-101-2"))
    Order.objects.filter(pk=order.pk).update(
        number="MMQY-WCD0",
        email="suresh.kumar@example.com",
        phone="+919876543210",
        shipping_address={"name": "സുരേഷ് കുമാർ", "country": "IN"},
        billing_address={"name": "Zoë MÜLLER", "country": "DE", "phone": "+493012345678"},
    )
    return order


@pytest.fixture(autouse=True)
def other(in_store: Any, as_staff: None) -> Order:
    return place()


@pytest.mark.parametrize(
    "typed",
    [
        "MMQY-WCD0", "#mmqy-wcd0", "mmqywcdo", "MMQY WCD0", "ＭＭＱＹ-ＷＣＤ０", "MMQY-WCD0-S1", "mmqy",
        "suresh.kumar@example.com", "Suresh.Kumar@Example.com", "ｓｕｒｅｓｈ.kumar＠example.com", "suresh", "kumar@example",
        "സുരേഷ്", "കുമാർ സുരേഷ്", "zoe muller", "Müller, Zoë", "ZOË", "ｚｏｅ", "mül",
        "+91 98765 43210", "098765 43210", "98765-43210", "(+91) 9876543210", "९८७६५ ४३२१०", "43210", "030 12345678",
        "creme caramel", "मसाला", "caramel 250", "CH-101-2", "ch-101", "zoe caramel",
    ],
)  # fmt: skip
def test_an_order_is_found(theirs: Order, typed: str) -> None:
    assert find_orders(typed, country="DE" if typed.startswith("030") else "IN") == [theirs.pk]


@pytest.mark.parametrize(
    "typed", ["", " ", "#", "\u200b", "ameli", "9QQ9-Q9QQ", "+91 11111", "zoe tea", "uresh"]
)
def test_other_orders_are_not(theirs: Order, typed: str) -> None:
    assert find_orders(typed, country="IN") == []


@pytest.mark.parametrize("typed", ["12345", "१२३४५", "１２３４５"])
def test_a_name_of_digits_is_found(other: Order, typed: str) -> None:
    Order.objects.filter(pk=other.pk).update(shipping_address={"name": "12345", "country": "IN"})
    assert find_orders(typed, country="IN") == [other.pk]
    [guest] = list_guests(typed)
    assert guest.name == "12345"
    sold, sibling = (place(price_line(title="Tin 12345", sku=sku)) for sku in ("12345", "T-9"))
    Order.objects.filter(pk=sibling.pk).update(phone="+919812345678")
    assert set(find_orders("12345", country="IN")) == {other.pk, sold.pk}


def test_skus_that_are_given_are_looked_up(theirs: Order) -> None:
    assert find_orders("what it is called today", skus=["CH-101-2"]) == [theirs.pk]


@pytest.mark.parametrize("typed", ["CH-101-5", "ch-101-5"])
def test_a_whole_sku_finds_orders_with_this_sku_only(theirs: Order, typed: str) -> None:
    sibling = place(price_line(title="Crème 500 g", sku="CH-101-5"))
    place(price_line(title="CH 101 in packs of 50", sku="CH-101-50"))
    of_the_product = ["CH-101-2", "CH-101-5", "CH-101-9"]
    assert find_orders(typed, skus=of_the_product) == [sibling.pk]
    assert find_orders("CH-101-9", skus=of_the_product) == [], "none was sold"
    assert len(find_orders("ch-101", skus=of_the_product)) == 3, "the beginning of all"


def test_a_word_that_is_a_sku_too_stays_a_word(theirs: Order) -> None:
    mug = place(price_line(title="Caramel mug", sku="CARAMEL"))
    assert set(find_orders("caramel")) == {theirs.pk, mug.pk}
    assert find_orders("CARAMEL") == [mug.pk]


def test_old_orders_are_found_by_whole_values_only(
    theirs: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    place()
    monkeypatch.setattr(finding, "RECENT", 1)
    for typed in ("mmqy wcdo", "suresh.kumar@example.com", "CH-101-2"):
        assert find_orders(typed) == [theirs.pk]
    assert find_orders("zoe") == []


def test_the_number_of_queries_does_not_grow(
    theirs: Order, django_assert_num_queries: DjangoAssertNumQueries, other: Any
) -> None:
    for _ in range(5):
        place()
    with django_assert_num_queries(4):
        find_orders("mmqy-wcd0@example.com")
    with django_assert_num_queries(3):
        find_orders("zoe")


def test_guests_are_found_by_name_on_every_kind_of_database(theirs: Order) -> None:
    assert [one.order_id for one in list_guests("സുരേഷ്")] == [theirs.pk]
    assert [one.email for one in list_guests("ASHA")] == ["asha@example.com"]
