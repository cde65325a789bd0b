"""A text is cut between what people see as characters, never inside one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.common.graphemes import cut, shorten


@pytest.mark.parametrize(
    ("text", "most", "kept"),
    [
        ("chai", 4, "chai"),
        ("chai", 3, "cha"),
        ("e\u0301a", 1, ""),
        ("चाय", 1, ""),
        ("चाय", 2, "चा"),
        ("क्षत्रिय", 4, "क्ष"),
        ("ക്ഷ", 2, ""),
        ("कुमार्\u200d", 6, "कुमा"),
        ("👩\u200d🌾x", 2, ""),
        ("👍🏽x", 1, ""),
        ("🇮🇳🇩🇪", 3, "🇮🇳"),
        ("🇮🇳🇩🇪", 2, "🇮🇳"),
        ("\u1112\u1161\u11ab", 2, ""),
        ("กำ", 1, ""),
        ("a\r\nb", 2, "a"),
        ("葛\U000e0100城", 1, ""),
    ],
)
def test_a_cut_ends_before_the_character_that_does_not_fit(text: str, most: int, kept: str) -> None:
    assert cut(text, most) == kept


@pytest.mark.parametrize(
    ("text", "most", "kept"),
    [
        ("Fresh tea.", 20, "Fresh tea."),
        ("Fresh tea, from Assam", 15, "Fresh tea…"),
        ("Fresh tea from", 10, "Fresh tea…"),
        ("मसाला चाय और कुल्हड़", 12, "मसाला चाय…"),
        ("Donaudampfschiff", 8, "Donauda…"),
    ],
)
def test_a_shortened_text_ends_behind_a_word(text: str, most: int, kept: str) -> None:
    assert shorten(text, most) == kept


@given(st.text(), st.integers(1, 20))
def test_what_is_cut_is_a_beginning_that_fits(text: str, most: int) -> None:
    assert text.startswith(cut(text, most))
    assert len(cut(text, most)) <= most
    assert len(shorten(text, most)) <= most
