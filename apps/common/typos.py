"""The word that was meant, among the words that there are."""

from collections.abc import Mapping

# From so many letters on, so many mistakes are forgiven: a letter missing, added, changed, or two exchanged.
_FORGIVEN = ((8, 2), (4, 1))


def nearest_word(word: str, known: Mapping[str, int]) -> str:
    """The known word with the fewest mistakes, of several the most frequent one (`known` counts them); "" when none is near.

    Both are folded (`apps.common.text.fold`). Short words and those with digits are never corrected. Reads all of
    `known`: some 10 ms for 20,000 words.
    """
    most = next((mistakes for length, mistakes in _FORGIVEN if len(word) >= length), 0)
    if not most or _has_digit(word):
        return ""
    letters = set(word)
    near = [
        (mistakes, -count, other)
        for other, count in known.items()
        if abs(len(other) - len(word)) <= most
        and len(letters.difference(other)) <= most
        and not _has_digit(other)
        and (mistakes := _mistakes(word, other)) <= most
    ]
    return min(near)[2] if near else ""


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
