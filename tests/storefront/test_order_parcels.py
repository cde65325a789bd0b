"""The page of an order whose parcels are in different places."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from apps.fulfilment import services as fulfilment
from apps.notifications.models import SentMail
from apps.orders.models import Order
from apps.pricing.models import ShippingMethod
from apps.storefront.templatetags.storefront import moment
from apps.tenancy.context import use_actor
from tests.checkout.shop import Goods, make_goods
from tests.fulfilment.parcels import CASH, buy, deliver, settle, ship, take_back
from tests.support.acting import STAFF, SYSTEM, by, rows

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_store")]


def written(at: datetime | None) -> str:
    return " ".join(moment(at).split())


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize("method", ["test", CASH])
def test_a_parcel_that_comes_back_says_so(see: Any, method: str) -> None:
    order = buy(make_goods(price_minor=60_000), payment_method=method)
    shipment = ship(order)
    assert "Your order is on its way" in see(order)

    by(STAFF, fulfilment.expect_return, shipment=shipment, reason="Refused", actor=STAFF)
    page = see(order)
    assert "Your order is on its way back to us" in page
    assert "brings it" not in page
    assert "have the amount ready" not in page

    take_back(shipment, restock=2)
    settle(order)
    page = see(order)
    assert "preparation" not in page
    assert (
        "nothing is to be paid" if method == CASH else "Everything that we sent came back to us"
    ) in page


def parcel_lines(page: str) -> list[str]:
    """What the page says under the name of each parcel."""
    panels = page.split('<section class="panel parcel"')[1:]
    return [panel.split('<p class="small soft">')[1].split("</p>")[0] for panel in panels]


def packed(page: str) -> list[list[str]]:
    """What the page says is in each parcel."""
    panels = page.split('<ul class="small packed" role="list">')[1:]
    items = [panel.split("</ul>")[0].split("<li>")[1:] for panel in panels]
    return [[re.sub("<[^>]*>", "", item).strip() for item in some] for some in items]


def cash(page: str) -> list[str]:
    return re.findall("To pay when it comes: ([^<]*)<", page)


def steps(page: str) -> list[tuple[str, str]]:
    """Titles of the steps, with what stands under each."""
    shown = page.split('<ol class="steps"')[1].split("</ol>")[0].split('<p class="strong">')[1:]
    return [tuple(step.split("</p>")[0:2]) for step in shown]  # type: ignore[misc]  # two of them


def titles(page: str) -> list[str]:
    return [title for title, _ in steps(page)]


@pytest.mark.parametrize("method", ["test", CASH])
def test_every_parcel_is_spoken_of_by_itself(see: Any, method: str) -> None:
    order = buy(make_goods(price_minor=60_000), quantity=3, payment_method=method)
    first = deliver(ship(order, pieces=1))
    page = see(order)
    assert "<h1>Part of your order has arrived</h1>" in page
    assert "The rest follows in another parcel" in page
    assert titles(page)[-1] == (
        "The rest is in preparation" if method == "test" else "Pay the rest on delivery"
    )

    second = ship(order, pieces=1)
    assert "<h1>1 parcel delivered, 1 on its way to you, the rest to follow</h1>" in see(order)

    third = ship(order)
    by(STAFF, fulfilment.expect_return, shipment=second, reason="Refused", actor=STAFF)
    page = see(order)
    assert "<h1>1 of 3 parcels delivered, 1 on its way to you, 1 on its way back to us</h1>" in page
    assert ("have the amount ready" in page) is (method == CASH)
    assert "Partly on its way back</span>" in page
    told = [line.split(" since ")[0] for line in parcel_lines(page)]
    assert told == [
        f"Delivered {written(first.delivered_at)}",
        "On its way back to us",
        f"Left us {written(third.shipped_at)}",
    ]

    deliver(third)
    page = see(order)
    assert "<h1>2 of 3 parcels delivered, 1 on its way back to us</h1>" in page
    assert "have the amount ready" not in page
    take_back(second, restock=1)
    page = see(order)
    assert "<h1>2 of 3 parcels delivered, 1 came back to us</h1>" in page
    assert "What did not come back is with you." in page
    assert parcel_lines(page)[1].startswith("Came back to us ")


def test_every_parcel_says_what_is_in_it(see: Any, sell: Any) -> None:
    cups = sell("Cup", sizes={"S": 5, "L": 5}).variants
    placed = buy(*(Goods(cup, cup.id, cup.sku) for cup in cups), quantity=3)
    small, large = rows(STAFF, placed.lines.order_by("position"))
    by(STAFF, fulfilment.ship_order, order=placed, lines={large.pk: 1, small.pk: 2}, actor=STAFF)
    by(STAFF, fulfilment.ship_order, order=placed, lines={large.pk: 2}, actor=STAFF)

    assert packed(see(placed)) == [["2 × Cup, S", "1 × Cup, L"], ["2 × Cup, L"]]


def test_every_parcel_says_what_its_courier_collects(see: Any) -> None:
    ShippingMethod.objects.update(amount_minor=4_900, free_above_minor=None)
    order = buy(make_goods(price_minor=60_000), quantity=3, payment_method=CASH)
    first, second = ship(order, pieces=2), ship(order)
    settle(order)
    mails = rows(SYSTEM, SentMail.objects.filter(template="order_shipped").order_by("created_at"))
    said = [re.findall("Please have (.*) ready when it comes", mail.text)[0] for mail in mails]

    assert cash(see(order)) == said == ["₹1,249.00", "₹600.00"]

    deliver(first)
    assert cash(see(order)) == ["₹600.00"]
    by(STAFF, fulfilment.expect_return, shipment=second, reason="Refused", actor=STAFF)
    assert cash(see(order)) == []


def test_nothing_is_to_be_paid_with_a_parcel_that_is_paid_for(see: Any) -> None:
    order = buy(make_goods())
    ship(order)
    assert cash(see(order)) == []


def test_lines_and_parcels_say_what_came_back_and_what_was_cancelled(see: Any) -> None:
    order = buy(make_goods(price_minor=60_000), quantity=4)
    assert "came back" not in see(order)
    shipment = deliver(ship(order, pieces=2))
    take_back(shipment, write_off=1)
    page = see(order)
    assert '<p class="small soft">1 came back</p>' in page
    assert "cancelled" not in page
    assert parcel_lines(page)[0].startswith("Delivered ")
    assert "Part of parcel 1 came back to us" in titles(page)

    by(STAFF, fulfilment.cancel_rest, order=order, reason="Sold out", actor=STAFF)
    page = see(order)
    assert '<p class="small soft">2 cancelled</p>' in page
    assert "What we had not sent was cancelled." in page
    assert "Rest cancelled" in titles(page)
    assert "follows" not in page

    take_back(shipment, restock=1)
    page = see(order)
    assert '<p class="small soft">2 came back</p>' in page
    assert parcel_lines(page)[0].startswith("Came back to us ")
    assert titles(page)[:4] == ["Order placed", "Paid", "Shipped", "Delivered"]
    assert "Returned" in titles(page)


def test_a_parcel_that_comes_back_is_not_on_its_way_to_the_buyer(see: Any) -> None:
    order = buy(make_goods(price_minor=60_000))
    shipment = ship(order, tracking_number="T 1")
    assert parcel_lines(see(order))[0].startswith("Left us ")

    by(STAFF, fulfilment.expect_return, shipment=shipment, reason="Refused", actor=STAFF)
    line = parcel_lines(see(order))[0]
    assert line.startswith("On its way back to us since ")
    assert line.endswith('· <span class="numeric">T 1</span>')

    take_back(shipment, restock=2)
    assert parcel_lines(see(order))[0].startswith("Came back to us ")


def test_every_step_has_its_moment_as_the_store_writes_it(see: Any) -> None:
    order = buy(make_goods(price_minor=60_000), quantity=2)
    deliver(ship(order, pieces=1))
    ship(order)
    by(
        SYSTEM,
        Order.objects.update,
        placed_at=utc("2026-03-05 20:15"),
        paid_at=utc("2026-03-05 20:16"),
    )
    with use_actor(SYSTEM):
        first, second = order.shipments.order_by("number")
        shipments = type(first).objects
        shipments.filter(pk=first.pk).update(
            shipped_at=utc("2026-03-06 05:30"), delivered_at=utc("2026-03-09 18:45")
        )
        shipments.filter(pk=second.pk).update(shipped_at=utc("2026-03-07 23:59"))

    told = [
        (title, " ".join(re.sub("<[^>]*>", " ", under).split()))
        for title, under in steps(see(order))
    ]

    assert [title for title, _ in told] == [
        "Order placed",
        "Paid",
        "Parcel 1 shipped",
        "Parcel 2 shipped",
        "Parcel 1 delivered",
        "Parcel 2 on its way to you",
    ]
    assert [under.split(" · ")[0] for _, under in told] == [
        "6 Mar 2026, 1:45 am",
        "6 Mar 2026, 1:46 am",
        "6 Mar 2026, 11:00 am",
        "8 Mar 2026, 5:29 am",
        "10 Mar 2026, 12:15 am",
        "",
    ]
