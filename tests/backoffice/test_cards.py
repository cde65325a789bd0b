"""Lists on a phone are cards: every admin class says which columns stand where."""

from typing import Any

import pytest
from django.test import Client

from apps.backoffice.cards import Card
from apps.backoffice.sites import platform_admin, store_admin
from apps.backoffice.store.single_row import SingleRowAdmin

LISTS = [
    admin
    for site in (platform_admin, store_admin)
    for admin in site._registry.values()
    if not isinstance(admin, SingleRowAdmin)
]


@pytest.mark.parametrize("admin", LISTS, ids=str)
def test_every_list_has_cards_of_its_columns(admin: Any) -> None:
    card: Card = admin.card
    assert card is not None
    assert set(card.columns()) <= set(admin.list_display)
    assert {*card.named, *card.figures} <= set(card.columns())
    links = admin.list_display_links or admin.list_display[:1]
    assert card.title in links, "the title of a card leads to its page"
    assert len(card.columns()) <= 8


def test_a_list_says_where_its_columns_stand(owner: Client) -> None:
    page = owner.get("/admin/orders/order/").content.decode()
    assert "bo-cards" in page
    assert "tr.data-row > :is(.field-total:not(:empty)) { display: block; order: 2 }" in page
