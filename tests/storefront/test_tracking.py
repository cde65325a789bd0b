"""Tracking: number and e-mail or phone lead to the order for half an hour; nothing tells which numbers exist."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from apps.common.clock import now
from apps.orders import passes
from apps.orders.passes import make_pass, read_pass
from apps.tenancy.context import use_store
from tests.checkout.shop import make_goods
from tests.fulfilment.parcels import buy
from tests.support.acting import STAFF, seeing_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(store: Any) -> Any:
    with seeing_all(store):
        return buy(make_goods())


@pytest.fixture
def guest(store: Any, client_for: Callable[..., Client]) -> Client:
    return client_for(store)


def track(guest: Client, number: str, contact: str) -> Any:
    return guest.post("/track/", {"number": number, "contact": contact})


@pytest.mark.parametrize(
    "contact", [" ASHA@example.com ", "ａｓｈａ＠example．com", "098450 12345", "+91 98450-12345"]
)
def test_a_buyer_finds_the_order(order: Any, guest: Client, contact: str) -> None:
    found = track(guest, f"#{order.number.lower().replace('-', ' ')}", contact)
    assert found.status_code == 302
    page = guest.get(found["Location"]).content.decode()
    assert order.number in page
    assert order.access_token not in page, "the link that lasts is not given away"
    assert track(guest, order.number, contact)["Location"] != f"/orders/{order.access_token}/"


@pytest.mark.parametrize(
    "contact", ["ben@example.com", "+91 98450 12346", "", "x@x", "asha", "x" * 40, "0" * 16]
)
def test_wrong_numbers_and_wrong_people_have_the_same_answer(
    order: Any, guest: Client, contact: str
) -> None:
    wrong_person = track(guest, order.number, contact)
    wrong_number = track(guest, "ZZZZ-9999", contact)
    assert wrong_person.status_code == wrong_number.status_code == 422

    def said(answer: Any) -> list[str]:
        return [str(error) for error in answer.context["form"].non_field_errors()]

    assert said(wrong_person) == said(wrong_number)


def test_a_pass_ends_and_is_of_one_store(
    order: Any, store: Any, other_store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with use_store(store, actor=STAFF):
        good = make_pass(order)
        assert read_pass(good) == order.pk
        assert read_pass(f"{good[:-1]}{'0' if good[-1] != '0' else '1'}") is None
        assert read_pass(f"f{good[1:]}") is None, "another end"
    with use_store(other_store, actor=STAFF):
        assert read_pass(good) is None
    monkeypatch.setattr(passes, "now", lambda: now() + timedelta(minutes=31))
    with use_store(store, actor=STAFF):
        assert read_pass(good) is None


def test_attempts_are_limited_by_address_and_by_number(
    order: Any, guest: Client, settings: Any
) -> None:
    settings.API_THROTTLE_RATES = {"track": "100/1h", "track_number": "2/1h"}
    for _attempt in range(2):
        assert track(guest, order.number, "ben@example.com").status_code == 422
    assert track(guest, order.number, "asha@example.com").status_code == 429
    settings.API_THROTTLE_RATES = {"track": "1/1h"}
    statuses = [track(guest, f"ZZZZ-000{one}", "ben@example.com").status_code for one in range(3)]
    assert statuses[-1] == 429
