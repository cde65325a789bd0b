"""What pieces are worth: whatever way they are given back, it adds up, part by part."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from apps.orders.models import Order, OrderLine
from apps.orders.worth import TaxPart, Worth, worth_of_pieces, worth_of_shipping


def line_of(quantity: int, total_minor: int, halves: int = 0, **more: Any) -> OrderLine:
    parts = [
        {"name": name, "percent": "9", "amount_minor": halves}
        for name in ("CGST", "SGST")
        if halves
    ]
    values = {"quantity": quantity, "total_minor": total_minor, "tax_minor": 2 * halves, **more}
    return OrderLine(**{"tax_components": parts, **values})


@given(
    st.integers(1, 60),
    st.lists(st.integers(1, 60), max_size=8),
    st.integers(0, 10**9),
    st.integers(0, 10**7),
)
def test_pieces_given_back_in_any_parcels_add_up(
    quantity: Any, parcels: Any, total: Any, halves: Any
) -> None:
    line, given = line_of(quantity, total, halves), Worth()
    back = 0
    for wanted in [*parcels, quantity]:
        count = min(wanted, quantity - back)
        part = worth_of_pieces(line, count, after=back)
        assert part.total_minor >= 0
        assert part.tax_minor == sum(each.amount_minor for each in part.tax_parts)
        assert len({each.amount_minor for each in part.tax_parts}) <= 1, "CGST equals SGST"
        given, back = given + part, back + count
    assert (given.total_minor, given.tax_minor) == (total, 2 * halves)


def test_odd_paise_go_to_one_of_the_pieces() -> None:
    line = line_of(3, 10_000)
    assert [worth_of_pieces(line, 1, after=after).total_minor for after in range(3)] == [
        3333,
        3334,
        3333,
    ]
    assert worth_of_pieces(line, 2).total_minor == 6667


def test_what_was_given_back_before_is_read_from_the_line() -> None:
    line = line_of(3, 10_000, returned_quantity=1, cancelled_quantity=1, fulfilled_quantity=2)
    assert worth_of_pieces(line, 1).total_minor == 3333


def test_a_share_has_its_share_of_the_tax() -> None:
    worth = Worth(11_800, 1_800, (TaxPart("CGST", "9", 900), TaxPart("SGST", "9", 900)))
    half = worth.share(5_900)
    assert (half.total_minor, half.tax_minor) == (5_900, 900)
    assert {part.amount_minor for part in half.tax_parts} == {450}
    assert worth.share(20_000).tax_minor == 1_800
    assert worth.share(0) == Worth(0, 0, tuple(TaxPart(p.name, "9", 0) for p in worth.tax_parts))
    assert Worth().share(0) == Worth()


def test_delivery_is_what_the_lines_leave_of_the_order() -> None:
    part = {"name": "CGST", "percent": "9"}
    line = line_of(1, 11_800, tax_minor=1_800, tax_components=[{**part, "amount_minor": 1_800}])
    order = Order(
        total_minor=16_700, tax_minor=2_547, tax_components=[{**part, "amount_minor": 2_547}]
    )
    shipping = worth_of_shipping(order, [line])
    assert shipping == Worth(4_900, 747, (TaxPart("CGST", "9", 747),))


def test_orders_of_before_keep_their_rates_in_hundredths_of_a_percent() -> None:
    line = line_of(1, 10_000)
    line.tax_minor = 26
    line.tax_components = [
        {"name": "CGST", "rate_bp": rate, "amount_minor": 13} for rate in (25, 900)
    ]

    parts = worth_of_pieces(line, 1).tax_parts

    assert [(part.name, part.percent) for part in parts] == [("CGST", "0.25"), ("CGST", "9")]
