"""The places a warehouse serves first, and what they decide."""

from typing import Any
from uuid import uuid4

import pytest

from apps.inventory import services as inventory
from apps.inventory.areas import match_of, read_places
from apps.inventory.models import StockItem

PLACES = "IN\nIN-KA\nIN 5600*\nDE"


def test_places_are_kept_in_one_form_each_once() -> None:
    assert (
        read_places(" in \nIN Karnataka\nin-ka\nIN: 5600*, 5600*\nGermany\nIndia, Karnataka\n")
        == PLACES
    )


@pytest.mark.parametrize("typed", ["XX", "IN Bavaria", "5600*", "x" * 5_000])
def test_what_is_no_place_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        read_places(typed)


@pytest.mark.parametrize(
    ("address", "match"),
    [
        ({"country": "IN", "region": "KA", "postal_code": "560 001"}, 3),
        ({"country": "IN", "region": "KA", "postal_code": "570001"}, 2),
        ({"country": "IN", "region": "MH"}, 1),
        ({"country": "DE", "region": "KA", "postal_code": "560001"}, 1),
        ({"country": "US", "region": "KA", "postal_code": "560001"}, 0),
        ({}, 0),
    ],
)
def test_a_code_counts_more_than_a_region_and_a_region_more_than_a_country(
    address: Any, match: int
) -> None:
    assert match_of(PLACES, address) == match


@pytest.mark.usefixtures("in_store")
def test_the_buyers_place_decides_before_the_order_of_use_and_after_the_number_of_parcels(
    make_warehouse: Any, make_stock: Any, system_scope: None
) -> None:
    home = make_warehouse("HOME", 1)
    near = make_warehouse("NEAR", 50, serves="IN-KA")
    for place in (home, near):
        make_stock("tea", 5, place)
    make_stock("cup", 5, home)

    def sent_from(**demand: int) -> set[str]:
        order = uuid4()
        address = {"country": "IN", "region": "KA", "postal_code": "560001"}
        inventory.reserve_stock(order_ref=order, demand=demand, address=address)
        items = StockItem.objects.filter(reservations__order_ref=order)
        return {item.warehouse.code for item in items}

    assert sent_from(tea=1) == {"NEAR"}
    assert sent_from(tea=1, cup=1) == {"HOME"}
