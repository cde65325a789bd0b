"""Links to a cart: signed by the store, without a person, and reading one changes nothing."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from apps.carts.errors import LinkEnded, LinkNotReadable, TooManyLines
from apps.carts.sharing import MOST_SHARED, make_share_token, preview, read_share_token
from apps.catalog.documents import Product
from apps.common.clock import moved_to, now
from apps.tenancy.context import use_store

Sell = Callable[..., Product]


def test_another_stores_link_is_refused_like_a_forged_one(store: Any, other_store: Any) -> None:
    with use_store(store):
        token = make_share_token({str(uuid4()): 2})
        assert read_share_token(token).ends_at is None
    with use_store(other_store), pytest.raises(LinkNotReadable):
        read_share_token(token)


def test_odd_links_are_refused(in_store: Any) -> None:
    good = make_share_token({str(uuid4()): 2})
    content, _, signature = good.partition(".")
    for odd in (
        *("", ".", "x", content, f"{content}.", f"A{content}.{signature}", good[:-1], good + "A"),
        *("é" * 40 + ".x", "a.b.c", "\x00.\x00", "A" * 100_000),
    ):
        with pytest.raises(LinkNotReadable):
            read_share_token(odd)
    with pytest.raises(TooManyLines):
        make_share_token({str(uuid4()): 1 for _ in range(MOST_SHARED + 1)})


def test_a_link_may_end_and_shows_the_price_of_today(in_store: Any, sell: Sell) -> None:
    mug = sell("mug", stock=3, minor=12_000)
    token = make_share_token({mug.variants[0].id: 2, str(uuid4()): 1}, days=7)
    found = preview(read_share_token(token))
    assert ([line.quantity for line in found.view.lines], found.missing) == ([2], 1)
    assert found.view.subtotal.amount == 240
    with moved_to(now() + timedelta(days=7, seconds=1)), pytest.raises(LinkEnded):
        read_share_token(token)
