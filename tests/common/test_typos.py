"""A misspelt word is taken for the nearest ones that there are, or for none."""

import random

import pytest

from apps.common.typos import intact_parts, nearest_words

KNOWN = ["ceramic", "kulhad", "bowl", "teapot", "chai", "mug001", "मसाला", "handmade", "mugs", "muga"]  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ceramc", "ceramic"),
        ("ceramiic", "ceramic"),
        ("cermaic", "ceramic"),
        ("kullad", "kulhad"),
        ("tepaot", "teapot"),
        ("मसला", "मसाला"),
        ("hadnmaed", "handmade"),
        ("chia", "chai"),
    ],
)
def test_a_mistake_is_forgiven(typed: str, meant: str) -> None:
    assert nearest_words(typed, KNOWN) == [meant]


def test_all_of_the_nearest_words_are_named() -> None:
    assert nearest_words("mugz", KNOWN) == ["muga", "mugs"]


@pytest.mark.parametrize("typed", ["", "bo", "cup", "mug002", "ceromc", "bicycle", "x" * 100])
def test_what_is_near_to_none_is_left_alone(typed: str) -> None:
    assert nearest_words(typed, KNOWN) == []


def test_every_word_that_was_meant_has_an_intact_part() -> None:
    chance = random.Random(3)
    has = {"startswith": str.startswith, "endswith": str.endswith, "contains": str.__contains__}
    near = 0
    for _ in range(3_000):
        meant = "".join(chance.choice("abcdefgh") for _ in range(chance.randint(4, 13)))
        typed = _misspelt(meant, chance, mistakes=1 if len(meant) < 8 else 2)
        if nearest_words(typed, [meant]):
            near += 1
            assert any(has[how](meant, part) for how, part in intact_parts(typed)), (typed, meant)
    assert near > 1_000


def _misspelt(word: str, chance: random.Random, *, mistakes: int) -> str:
    for _ in range(mistakes):
        at = chance.randrange(len(word) - 1)
        before, letter, other, after = word[:at], word[at], word[at + 1], word[at + 2 :]
        word = chance.choice(
            [
                f"{before}{other}{after}",
                f"{before}x{other}{after}",
                f"{before}{letter}x{other}{after}",
                f"{before}{other}{letter}{after}",
            ]
        )
    return word
