"""Rules without a database: months of the calendar, parts of a period, taxes."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.billing.periods import period_end, prorated
from apps.billing.states import SUBSCRIPTION_TRANSITIONS
from apps.billing.taxes import tax_of
from apps.platform.models import BillingInterval
from apps.platform.states import SubscriptionStatus

INDIA = ZoneInfo("Asia/Kolkata")
SELLER = {"country": "IN", "region": "KA", "tax_number": "29AAGCB7383J1Z4"}


def local(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 10, 30, tzinfo=INDIA)


@pytest.mark.parametrize(
    ("anchor", "interval", "ends"),
    [
        ((2027, 1, 31), "monthly", [(2027, 2, 28), (2027, 3, 31), (2027, 4, 30), (2027, 5, 31)]),
        ((2028, 1, 30), "monthly", [(2028, 2, 29), (2028, 3, 30)]),
        ((2026, 12, 15), "monthly", [(2027, 1, 15), (2027, 2, 15)]),
        ((2028, 2, 29), "annual", [(2029, 2, 28), (2030, 2, 28), (2031, 2, 28), (2032, 2, 29)]),
    ],
)
def test_periods_keep_the_day_on_which_the_first_one_began(
    anchor: tuple[int, int, int], interval: str, ends: list[tuple[int, int, int]]
) -> None:
    moment = local(*anchor)
    for end in ends:
        moment = period_end(anchor=local(*anchor), begin=moment, interval=interval, zone=INDIA)
        assert moment == local(*end)


def test_a_period_is_of_the_stores_days_where_clocks_change() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    begin = datetime(2027, 3, 1, 0, 30, tzinfo=berlin)
    end = period_end(anchor=begin, begin=begin, interval=BillingInterval.MONTHLY, zone=berlin)
    assert end == datetime(2027, 4, 1, 0, 30, tzinfo=berlin)
    assert (end - begin.astimezone(UTC)) == timedelta(days=31, hours=-1)


@given(
    price=st.integers(0, 10**9),
    seconds=st.integers(1, 366 * 86400),
    passed=st.integers(-10, 400 * 86400),
)
def test_a_part_of_a_price_is_never_more_than_it_and_falls_with_time(
    price: int, seconds: int, passed: int
) -> None:
    begin = datetime(2027, 1, 1, tzinfo=UTC)
    end = begin + timedelta(seconds=seconds)
    parts = [
        prorated(price, begin=begin, end=end, moment=begin + timedelta(seconds=at))
        for at in (passed, passed + 60)
    ]
    assert price >= parts[0] >= parts[1] >= 0
    assert prorated(price, begin=begin, end=end, moment=begin) == price
    assert prorated(price, begin=begin, end=end, moment=end) == 0


@pytest.mark.parametrize(
    ("seller", "payer", "expected", "place"),
    [
        (SELLER, ("IN", "KA"), [("CGST", "9", 13_491), ("SGST", "9", 13_491)], "29"),
        (SELLER, ("IN", "Maharashtra"), [("IGST", "18", 26_982)], "27"),
        (SELLER, ("IN", ""), [("CGST", "9", 13_491), ("SGST", "9", 13_491)], "29"),
        ({**SELLER, "region": "CH"}, ("IN", "CH"), [("CGST", "9", 13_491), ("UTGST", "9", 13_491)], "04"),
        (SELLER, ("DE", ""), [], "96"),
        ({**SELLER, "tax_number": ""}, ("IN", "KA"), [], ""),
        ({"country": "DE", "region": "", "tax_number": "DE1"}, ("IN", "KA"), [], ""),
    ],
)  # fmt: skip
def test_gst_by_where_seller_and_merchant_are(
    seller: dict[str, str], payer: tuple[str, str], expected: list[tuple[str, str, int]], place: str
) -> None:
    found = tax_of(
        149_900,
        seller=seller,
        payer={"country": payer[0], "region": payer[1]},
        percent=Decimal("18.00"),
    )
    rows = [(row["name"], row["percent"], row["amount_minor"]) for row in found.rows]
    assert rows == expected
    assert found.place[0] == place


def test_each_state_is_in_the_table() -> None:
    assert set(SUBSCRIPTION_TRANSITIONS) == set(SubscriptionStatus)
    assert SUBSCRIPTION_TRANSITIONS[SubscriptionStatus.EXPIRED] == {SubscriptionStatus.ACTIVE}
