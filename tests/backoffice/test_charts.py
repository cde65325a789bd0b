"""Charts have an axis with round values."""

from datetime import date, timedelta
from typing import Any

import pytest

from apps.backoffice.charts import HEIGHT, bar_chart, step_for
from apps.common.money import Money, shorten_money

FIRST = date(2026, 11, 1)


def chart(*values: int) -> dict[str, object]:
    return bar_chart([(FIRST + timedelta(days=n), v, str(v)) for n, v in enumerate(values)])


@pytest.mark.parametrize(
    ("highest", "step"), [(0, 1), (1, 1), (3, 1), (5, 2), (9, 5), (671200, 200000), (21, 10)]
)
def test_steps_are_round_and_few(highest: int, step: int) -> None:
    assert step_for(highest) == step


def test_the_axis_has_more_than_one_value_and_reaches_above_every_bar() -> None:
    found = chart(3, 0, 7)
    assert [line["label"] for line in found["lines"]] == ["0", "2", "4", "6", "8"]  # type: ignore[attr-defined]
    assert found["bars"][2]["height"] == round(7 * HEIGHT / 8)  # type: ignore[index]
    assert chart(0, 0)["is_empty"]
    assert chart()["lines"] == []


def test_amounts_of_an_axis_have_no_empty_decimals() -> None:
    assert shorten_money(Money("149900", "INR"), "en-IN") == "₹1,49,900"
    assert shorten_money(Money("0.50", "USD"), "en") == "$0.50"
    assert shorten_money(Money("2000", "JPY"), "en") == "¥2,000"


def test_a_day_below_zero_hangs_from_the_line_of_zero() -> None:
    found: dict[str, Any] = chart(3, -2, 0)
    assert [line["label"] for line in found["lines"]] == ["-2", "0", "2", "4"]
    zero = found["lines"][1]["y"]
    up, down, none = found["bars"]
    assert (up["y"] + up["height"], down["y"], none["height"]) == (zero, zero, 0)
    assert (up["height"], down["height"]) == (round(3 * HEIGHT / 6), round(2 * HEIGHT / 6))
    assert (up["is_below"], down["is_below"]) == (False, True)
    assert not chart(-1)["is_empty"]
