"""Words of a search as a condition on terms: synonyms, beginnings, parts of words, whole codes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from apps.common.bounded_memory import BoundedMemory
from apps.common.search_words import LONGEST_WORD, search_words
from apps.search import terms
from apps.search.models import Synonym, Word
from apps.search.queries import Query
from apps.search.terms import Condition, Term, all_of, any_of
from apps.tenancy.versioned_cache import Memory, cached_by_version

# Shorter words are searched as beginnings only, except those of scripts that write without spaces.
_SHORTEST_PART: Final = 3
_SHORTEST_CODE_PART: Final = 4
_MOST_PARTS: Final = 100
_MOST_REMEMBERED: Final = 5_000

_longer: Memory = BoundedMemory(lambda: _MOST_REMEMBERED)

Alternative = tuple[str, ...]


@dataclass(frozen=True)
class Understood:
    """A search: for each part of it the sequences of words that will do, for each word the longer ones it is part of."""

    parts: tuple[tuple[Alternative, ...], ...]
    longer: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    code: str = ""

    @property
    def anywhere(self) -> Condition:
        """What finds the products."""
        found = self._over(
            lambda word: any_of([*self._mentions(word), Term(terms.DESCRIPTION + word, True)])
        )
        begins = len(self.code) > _SHORTEST_CODE_PART and any(map(str.isdigit, self.code))
        return any_of([found, Term(terms.CODE + self.code, begins), Term(terms.WORD + self.code)])

    @property
    def ranks(self) -> tuple[Condition, ...]:
        """Best first; what fits none of them comes last: a whole code, titles with the words, titles with words that
        begin so, other words than those of the description."""
        return (
            Term(terms.CODE + self.code),
            self._over(lambda word: Term(terms.TITLE + word)),
            self._over(lambda word: Term(terms.TITLE + word, True)),
            self._over(lambda word: any_of(self._mentions(word))),
        )

    def _mentions(self, word: str) -> Iterator[Condition]:
        yield Term(terms.WORD + word, True)
        for longer in self.longer.get(word, ()):
            yield Term(terms.WORD + longer)

    def _over(self, of_word: Callable[[str], Condition]) -> Condition:
        found = all_of(
            any_of(filter(None, (all_of(map(of_word, words)) for words in alternatives)))
            for alternatives in self.parts
        )
        assert found is not None, "a search has words"
        return found


def condition_of(
    query: Query, understood: Understood | None, *, without: str | None = None
) -> Condition | None:
    """What a list asks of terms: words, categories, chosen values of facets but of the one named `without`."""
    found: list[Condition] = []
    if understood is not None:
        found.append(understood.anywhere)
    if query.categories:
        found.append(any_of(map(terms.category_term, query.categories)))
    for name, values in query.labels:
        if name != without:
            found.append(any_of(terms.label_term(name, value) for value in values))
    return all_of(found)


def understand(words: Sequence[str]) -> Understood:
    """One query for each word that is not remembered, for the longer words it is part of."""
    parts = tuple(_alternatives(words, read_synonyms()))
    wanted = dict.fromkeys(
        word for part in parts for alternative in part for word in alternative if _has_parts(word)
    )
    longer = {word: found for word in wanted if (found := read_longer(word))}
    return Understood(parts, longer, "".join(words)[:LONGEST_WORD])


@cached_by_version("search", memory=_longer)
def read_longer(word: str) -> tuple[str, ...]:
    """The words of the store in which this one is, but not as a beginning."""
    there = Word.objects.filter(id__contains=word).exclude(id__startswith=word).order_by("id")
    found = there.values_list("id", flat=True)[:_MOST_PARTS]
    return tuple(one for one in found if word in one and not one.startswith(word))


@cached_by_version("search")
def read_synonyms() -> list[list[Alternative]]:
    """Groups of word sequences that mean the same."""
    return [synonyms_of(text) for text in Synonym.objects.values_list("words", flat=True)]


def synonyms_of(text: str) -> list[Alternative]:
    """The word sequences of `tea, chai, chai tea`."""
    found = (tuple(search_words(part)) for part in text.split(","))
    return list(dict.fromkeys(words for words in found if words))


def _alternatives(
    words: Sequence[str], synonyms: Sequence[Sequence[Alternative]]
) -> Iterator[tuple[Alternative, ...]]:
    """Each word, or run of words that has synonyms, with all that mean the same; the longest run counts."""
    at = 0
    while at < len(words):
        best: tuple[Alternative, ...] = (tuple(words[at : at + 1]),)
        length = 1
        for group in synonyms:
            for alternative in group:
                is_there = tuple(words[at : at + len(alternative)]) == alternative
                if is_there and (len(alternative) > length or len(best) == 1):
                    best = (alternative, *(other for other in group if other != alternative))
                    length = len(alternative)
        yield best
        at += length


def _has_parts(word: str) -> bool:
    """Digits are in so many SKUs that few of them say nothing."""
    if any(letter.isdigit() for letter in word):
        return len(word) >= _SHORTEST_CODE_PART
    return len(word) >= _SHORTEST_PART or _is_without_spaces(word[0])


def _is_without_spaces(letter: str) -> bool:
    """Thai, Lao, Myanmar, Khmer; Japanese and Chinese."""
    return "\u0e00" <= letter <= "\u0eff" or "\u1000" <= letter <= "\u109f" or (
        "\u1780" <= letter <= "\u17ff" or "\u3040" <= letter <= "\u9fff" or letter >= "\U00020000"
    )  # fmt: skip
