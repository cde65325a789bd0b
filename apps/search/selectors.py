"""Reads of the search index beside lists: corrections, suggestions, what staff search for."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.db.models import Q
from django.db.models.functions import Length
from django.utils.translation import gettext

from apps.common.search_words import search_words
from apps.common.typos import intact_parts, most_mistakes, nearest_words
from apps.search import terms
from apps.search.asking import count_matches, find_page, find_suggestions
from apps.search.backends.chosen import SQL_NAME, chosen_copy, chosen_name
from apps.search.errors import SearchUnavailable
from apps.search.finding import find_by_terms
from apps.search.models import BuiltCopy, Entry, StaleMark, Word
from apps.search.queries import Query, Suggestion
from apps.search.terms import Term, all_of
from apps.search.understanding import Understood, read_synonyms, understand
from apps.tenancy.context import current_store

_MOST_CANDIDATES = 5_000
_MOST_DESCRIPTIONS = 500
_SHORTEST_BEGINNING = 2


def correct(query: Query) -> tuple[Query, Understood] | None:
    """The same search with each word that is nowhere in the list replaced by the nearest one; None where one of them is
    near to none, or where nothing has them all. For searches without a result: some ten queries."""
    corrected: list[str] = []
    for word in query.words:
        alone = replace(query, words=(word,))
        if count_matches(alone, understand(alone.words), most=1):
            corrected.append(word)
            continue
        meant = _nearest(word, query)
        if not meant:
            return None
        corrected.append(meant)
    found = replace(query, words=tuple(corrected))
    understood = understand(found.words)
    if found.words == query.words or not count_matches(found, understood, most=1):
        return None
    return found, understood


def _nearest(word: str, query: Query) -> str:
    """Of the words with the fewest mistakes, the one that most products of the list have."""
    near = Q()
    for lookup, part in intact_parts(word):
        near |= Q(**{f"id__{lookup}": part})
    if not near:
        return ""
    most = most_mistakes(word)
    known = Word.objects.annotate(length=Length("id")).filter(
        near, length__gte=len(word) - most, length__lte=len(word) + most
    )
    of_synonyms = (each for group in read_synonyms() for words in group for each in words)
    candidates = known.values_list("id", flat=True)[:_MOST_CANDIDATES]
    words = nearest_words(word, (*candidates, *of_synonyms))
    counted = [
        (-number, other)
        for other in words or _nearest_described(word, query)
        if (number := _count_products(other, query))
    ]
    return min(counted)[1] if counted else ""


def _nearest_described(word: str, query: Query) -> list[str]:
    """The nearest words of descriptions, of those that begin alike: one query. Reads some hundred entries at most."""
    beginning = next((part for lookup, part in intact_parts(word) if lookup == "startswith"), "")
    start = terms.DESCRIPTION + word[: max(len(beginning), _SHORTEST_BEGINNING)]
    entries = find_by_terms(Term(start, True), status=query.status)
    texts = entries.values_list("terms", flat=True)[:_MOST_DESCRIPTIONS]
    tokens = {token for text in texts for token in text.split() if token.startswith(start)}
    return nearest_words(word, (token.removeprefix(terms.DESCRIPTION) for token in tokens))


def _count_products(word: str, query: Query) -> int:
    asked = replace(query, words=(word,), labels=())
    return count_matches(asked, understand(asked.words), most=1_000)


def suggest(text: str, *, most: int) -> list[Suggestion]:
    """Products on sale in whose title each word of the text begins a word, in the order of the shelf: one query."""
    condition = all_of(Term(terms.TITLE + word, True) for word in search_words(text))
    if condition is None:
        return []
    return find_suggestions(condition, most=most)


def find_ids(text: str, *, most: int) -> list[str]:
    """Ids of products of any status that a search of staff finds, newest first; nothing for a text without words."""
    words = search_words(text)
    if not words:
        return []
    query = Query(currency=current_store().currency, words=tuple(words), status=None)
    return find_page(query, understand(words), sort="newest", start=0, length=most, is_long=True)


def list_entry_ids(*, after: str, most: int) -> list[str]:
    """Ids of the index behind that one, in their order."""
    ids = Entry.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)
    return list(ids[:most])


def has_entries() -> bool:
    return Entry.objects.exists()


@dataclass(frozen=True)
class IndexState:
    """The index of one store: `backend` is chosen for its searches, `answering` answers them now. `copied` are the entries
    of the copy, None without one; `waiting` the marks of entries to be renewed."""

    store: str
    backend: str
    answering: str
    entries: int
    copied: int | None
    waiting: int
    trouble: str = ""

    @property
    def is_whole(self) -> bool:
        return not self.trouble


def index_state() -> IndexState:
    """Of the active store; asks its backend."""
    copy, entries, copied, trouble = chosen_copy(), Entry.objects.count(), None, ""
    is_built = copy is not None and BuiltCopy.objects.filter(backend=copy.name).exists()
    if copy is not None:
        try:
            every = Query(currency=current_store().currency, status=None)
            copied = copy.count_matches(every, None, most=entries + 1) if copy.is_there() else None
        except SearchUnavailable as error:
            trouble = str(error)
        else:
            not_copied = gettext("It is not copied to %(backend)s.") % {"backend": copy.name}
            trouble = "" if is_built else not_copied
    return IndexState(
        store=current_store().slug,
        backend=chosen_name(),
        answering=copy.name if copy is not None and is_built and not trouble else SQL_NAME,
        entries=entries,
        copied=copied,
        waiting=StaleMark.objects.count(),
        trouble=trouble,
    )
