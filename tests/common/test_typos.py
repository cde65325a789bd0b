"""A misspelt word is taken for the nearest one that there is, or for none."""

import pytest

from apps.common.typos import nearest_word

KNOWN = {
    **dict.fromkeys(
        ["ceramic", "kulhad", "bowl", "teapot", "chai", "mug001", "मसाला", "handmade"], 1
    ),
    "mugs": 3,
    "muga": 1,
}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ceramc", "ceramic"),
        ("ceramiic", "ceramic"),
        ("cermaic", "ceramic"),
        ("kullad", "kulhad"),
        ("tepaot", "teapot"),
        ("mugz", "mugs"),
        ("मसला", "मसाला"),
        ("hadnmaed", "handmade"),
        ("chia", "chai"),
    ],
)
def test_a_mistake_is_forgiven(typed: str, meant: str) -> None:
    assert nearest_word(typed, KNOWN) == meant


@pytest.mark.parametrize("typed", ["", "bo", "cup", "mug002", "ceromc", "bicycle", "x" * 100])
def test_what_is_near_to_none_is_left_alone(typed: str) -> None:
    assert nearest_word(typed, KNOWN) == ""
