"""The lowest price of the 30 days before a reduction, computed by hand."""

from datetime import UTC, datetime, timedelta

from apps.prices.history import Applied, lowest_before, prior_price

DAY = timedelta(days=1)
FIRST = datetime(2026, 3, 1, tzinfo=UTC)


def history(*steps: tuple[float, int | None]) -> list[Applied]:
    """By days since 1 March."""
    return [Applied(FIRST + days * DAY, amount) for days, amount in steps]


def test_a_price_raised_before_the_reduction_is_not_the_prior_price() -> None:
    """100.00 until 20 March, 120.00 from then on, 90.00 from 1 April (day 31): of 2 to 31 March the lowest is 100.00."""
    rows = history((0, 10_000), (19, 12_000), (31, 9_000))
    assert prior_price(rows, 9_000, since=None) == 10_000


def test_a_price_that_ended_more_than_30_days_before_does_not_count() -> None:
    """80.00 until day 10; reduced on day 40: the window begins on day 10, when 100.00 began. A second earlier it counts."""
    rows = history((0, 8_000), (10, 10_000), (40, 9_000))
    assert prior_price(rows, 9_000, since=None) == 10_000
    assert lowest_before(rows, FIRST + 40 * DAY - timedelta(seconds=1)) == 8_000


def test_a_short_sale_in_the_window_is_the_lowest_price() -> None:
    """100.00, one day at 70.00 (day 20), 100.00, and 85.00 from day 30: a reduction from 70.00 is none."""
    rows = history((0, 10_000), (20, 7_000), (21, 10_000), (30, 8_500))
    assert prior_price(rows, 8_500, since=None) == 7_000


def test_a_product_of_less_than_30_days_has_the_lowest_price_since_it_was_sold() -> None:
    assert prior_price(history((0, 5_000), (4, 4_000)), 4_000, since=None) == 5_000
    assert prior_price(history((0, 4_000)), 4_000, since=None) is None


def test_a_reduction_in_two_steps_names_the_price_before_each() -> None:
    rows = history((0, 10_000), (30, 9_000), (35, 8_000))
    assert prior_price(rows[:2], 9_000, since=None) == 10_000
    assert prior_price(rows, 8_000, since=None) == 9_000


def test_one_sale_that_follows_another_at_the_same_price_is_one_reduction() -> None:
    rows = history((0, 10_000), (30, 8_000), (40, 8_000))
    assert prior_price(rows, 8_000, since=None) == 10_000


def test_times_off_sale_do_not_count_and_a_history_that_is_behind_uses_the_beginning_of_the_sale() -> (
    None
):
    rows = history((0, 10_000), (10, None), (25, 11_000))
    assert lowest_before(rows, FIRST + 50 * DAY) == 11_000
    assert prior_price(rows, 9_000, since=FIRST + 30 * DAY) == 10_000
