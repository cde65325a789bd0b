"""Counted pieces in a product's form: whatever is typed is a number of pieces or an error of the field."""

import pytest
from django.core.exceptions import ValidationError

from apps.backoffice.store.stock_table import StockField


def test_counted_pieces_are_whole_numbers() -> None:
    assert StockField().clean({"a": "0", "b": "100000000"}) == {"a": 0, "b": 100_000_000}


@pytest.mark.parametrize("typed", ["", "-1", "1.5", "100000001", "0" * 12 + "9" * 12, "0" * 5000])
def test_what_is_no_number_of_pieces_is_an_error(typed: str) -> None:
    with pytest.raises(ValidationError):
        StockField().clean({"a": typed})
