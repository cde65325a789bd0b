"""Cursors: what we hand out we take, whatever the values and the script."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.common.api.pagination import MAX_CURSOR, InvalidCursor, PageQuery, _decode, _pack

KEY = "0123456789abcdef01234567"


@given(st.text(max_size=200).filter(lambda text: "\x00" not in text and text.isprintable()))
def test_every_cursor_of_ours_is_taken(value: str) -> None:
    cursor = _pack("n", "title", value, KEY)
    query = PageQuery(data={"cursor": cursor})
    assert query.is_valid(), query.errors
    assert _decode(query.validated_data["cursor"], "title") == ("n", [value, KEY])


@pytest.mark.parametrize("letter", ["क", "𠮷", '"', "\\", "x"])
def test_the_longest_title_fits(letter: str) -> None:
    assert len(_pack("p", "title", letter * 200, KEY)) <= MAX_CURSOR


def test_a_cursor_of_another_sort_is_refused() -> None:
    with pytest.raises(InvalidCursor):
        _decode(_pack("n", "title", "x", KEY), "newest")
