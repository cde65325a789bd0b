"""Correction of misspelt words by a list of known words."""

from collections.abc import Iterable

# The number of allowed mistakes by word length; a mistake is a missing, additional, changed or exchanged letter.
_FORGIVEN = ((8, 2), (4, 1))


def most_mistakes(word: str) -> int:
    """How many mistakes are forgiven in this word: none in short words and in those with digits."""
    if _has_digit(word):
        return 0
    return next((mistakes for length, mistakes in _FORGIVEN if len(word) >= length), 0)


def intact_parts(word: str) -> list[tuple[str, str]]:
    """What a word that was meant surely has: one of these, as pairs of `startswith`, `endswith` or `contains` and a part.

    Mistakes are in few places, so a half or a third of the word is whole; two exchanged letters may be on a border.
    """
    most = most_mistakes(word)
    if not most:
        return []
    size = len(word) // (most + 1)
    ends = [("startswith", word[: max(1, size - 1)]), ("endswith", word[size * most + most - 1 :])]
    return ends if most == 1 else [*ends, ("contains", word[size : size * 2])]


def nearest_words(word: str, known: Iterable[str]) -> list[str]:
    """The known words with the fewest mistakes, all of them with the same number; nothing when none is near.

    All are folded (`apps.common.search_words`). Reads all of `known`: some 10 ms for 20,000 words.
    """
    most = most_mistakes(word)
    letters = set(word)
    near = [
        (mistakes, other)
        for other in known
        if abs(len(other) - len(word)) <= most
        and len(letters.difference(other)) <= most
        and not _has_digit(other)
        and (mistakes := _mistakes(word, other)) <= most
    ]
    fewest = min(near)[0] if near and most else 0
    return sorted(other for mistakes, other in near if mistakes == fewest) if most else []


def _has_digit(word: str) -> bool:
    return any(letter.isdigit() for letter in word)


def _mistakes(one: str, other: str) -> int:
    """The distance of two words by optimal string alignment."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, start=1):
        last, before, row = before, row, [at]
        for place, second in enumerate(other, start=1):
            changed = before[place - 1] + (letter != second)
            least = min(before[place] + 1, row[place - 1] + 1, changed)
            if last and place > 1 and letter == other[place - 2] and one[at - 2] == second:
                least = min(least, last[place - 2] + 1)
            row.append(least)
    return row[-1]
