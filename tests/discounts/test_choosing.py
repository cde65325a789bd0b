"""Which discounts are used together, which codes are refused, and why."""

from datetime import timedelta
from typing import Any

import pytest

from apps.common.clock import now
from apps.common.web import mailbox_of
from apps.discounts.choosing import Applied, Candidate, choose
from apps.discounts.codes import code_key, make_code
from apps.discounts.conditions import Uses, refusals
from apps.discounts.kinds import Audience, Kind
from apps.discounts.rules import Rule, Shopper
from tests.discounts.rules import rule
from tests.pricing.lines import line

pytestmark = pytest.mark.usefixtures("in_store")


def used(applied: Applied) -> list[str]:
    return [each.candidate.code for each in applied.used]


def refused(applied: Applied) -> dict[str, str]:
    return {each.code: each.refusal.reason.value for each in applied.refused}


def test_combinable_discounts_take_from_what_the_ones_before_left() -> None:
    rules = [rule(percent=50, sequence=2), rule(Kind.AMOUNT, amount_minor=200, sequence=1)]
    applied = choose(
        [Candidate(each, code) for each, code in zip(rules, "AB", strict=True)], [line(1_000)]
    )
    assert [each.taken.amount_minor for each in applied.used] == [200, 400]
    assert applied.discount_minor == 600


def test_an_exclusive_code_is_used_where_it_is_better_and_refused_where_not() -> None:
    sale = Candidate(rule(percent=30, name="Sale"))
    weak = Candidate(rule(percent=20, is_combinable=False), "WEAK")
    strong = Candidate(rule(percent=40, is_combinable=False), "STRONG")
    better = choose([sale, strong], [line(1_000)])
    assert (used(better), better.discount_minor) == (["STRONG"], 400)
    worse = choose([sale, weak], [line(1_000)])
    assert (refused(worse), worse.discount_minor) == ({"WEAK": "not_combinable"}, 300)
    assert "Sale" in worse.refused[0].refusal.text


def test_a_code_that_ends_free_delivery_and_makes_the_order_dearer_is_not_used() -> None:
    def delivery(worth: int) -> int:
        return 0 if worth >= 1_000 else 900

    applied = choose([Candidate(rule(percent=10), "TEN")], [line(1_000)], delivery)
    assert (applied.discount_minor, refused(applied)) == (0, {"TEN": "dearer"})
    assert used(choose([Candidate(rule(percent=10), "TEN")], [line(2_000)], delivery)) == ["TEN"]


def test_free_delivery_is_not_spent_where_delivery_is_free() -> None:
    code = Candidate(rule(Kind.FREE_SHIPPING), "SHIP")
    assert refused(choose([code], [line(1_000)], lambda worth: 0)) == {"SHIP": "nothing_left"}
    assert choose([code], [line(1_000)], lambda worth: 490).is_shipping_free
    assert choose([code], [line(1_000)]).is_shipping_free


def test_a_second_code_with_nothing_left_to_take_is_refused() -> None:
    gone = Candidate(rule(percent=100, sequence=1), "ALL")
    applied = choose([gone, Candidate(rule(percent=10), "TEN")], [line(1_000)])
    assert (applied.discount_minor, refused(applied)) == (1_000, {"TEN": "nothing_left"})


def reasons(one: Rule, *lines: Any, **changes: Any) -> list[str]:
    known = Shopper(**changes)
    found = refusals(
        one, lines or [line(1_000)], currency="INR", shopper=known, uses=Uses({}, {}), moment=now()
    )
    return [each.reason.value for each in found]


day = timedelta(days=1)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, None),
        ({"is_active": False}, "inactive"),
        ({"starts_at": now() + day}, "not_started"),
        ({"ends_at": now() - day}, "expired"),
        ({"starts_at": now() - day, "ends_at": now() + day}, None),
        ({"products": frozenset({"other"})}, "products"),
        ({"categories": frozenset({"other"})}, "products"),
        ({"min_spend_minor": 1_000}, None),
        ({"min_spend_minor": 1_001}, "minimum_spend"),
        ({"min_spend_minor": 1, "currency": "USD"}, "currency"),
        ({"min_pieces": 2}, "minimum_pieces"),
        ({"kind": Kind.BUY_GET}, "nothing_to_get"),
        ({"audience": Audience.ACCOUNTS}, "login"),
        ({"limit": 0}, "used_up"),
    ],
)
def test_each_condition_has_its_reason(changes: dict[str, Any], reason: str | None) -> None:
    assert reasons(rule(**changes)) == ([reason] if reason else [])


def test_the_missing_amount_is_said() -> None:
    one = rule(min_spend_minor=150_050)
    found = refusals(
        one,
        [line(50_000)],
        currency="INR",
        shopper=Shopper(),
        uses=Uses({}, {}),
        moment=now(),
    )
    assert "₹1,000.50" in next(found).text


def test_a_country_is_looked_at_once_it_is_known() -> None:
    one = rule(countries=frozenset({"IN"}))
    assert reasons(one) == reasons(one, country="IN") == []
    assert reasons(one, country="NP") == ["country"]


def test_a_first_order_is_asked_for_only_where_it_matters() -> None:
    def fail() -> bool:
        raise AssertionError("asked")

    assert reasons(rule(), has_ordered=fail) == []
    first = rule(audience=Audience.FIRST_ORDER)
    assert reasons(first, has_ordered=lambda: True) == ["first_order"]
    assert reasons(first, has_ordered=lambda: False) == []


@pytest.mark.parametrize(
    "typed",
    [
        "SAVE10",
        " save10 ",
        "ｓａｖｅ１０",
        "sa ve\u200b10",
        "SAVE\u00a01０",
        "Save१०",
        "save10\u00ad",
    ],
)
def test_a_code_has_one_normal_form_however_it_is_typed(typed: str) -> None:
    assert code_key(typed) == "SAVE10"
    assert code_key(code_key(typed)) == "SAVE10"


@pytest.mark.parametrize("typed", ["", "  ", "\u200b", "A" * 41, "a\x00b", None, 5])
def test_what_is_no_code_is_none(typed: Any) -> None:
    assert code_key(typed) == ""


def test_made_codes_are_in_their_normal_form() -> None:
    code = make_code("TEA-")
    assert code_key(code.lower()) == code


@pytest.mark.parametrize(
    "typed", ["asharao@gmail.com", "Asha.Rao@googlemail.com", "asha.rao+tea@GMAIL.com"]
)
def test_spellings_of_one_mailbox_are_one_person(typed: str) -> None:
    assert mailbox_of(typed) == "asharao@gmail.com"
    assert mailbox_of("a.b@example.com") != mailbox_of("ab@example.com")
