"""Words of a search for MongoDB's `$text`: whole terms in hexadecimal digits, beginnings written out by the words that the
store has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

from pymongo.errors import BulkWriteError

from apps.common.clock import now
from apps.search import terms
from apps.search.documents import SearchWord
from apps.search.errors import LeftToSql
from apps.search.terms import All, Condition, Term
from apps.tenancy.documents.access import scoped_collection
from apps.tenancy.documents.errors import DuplicateDocument
from apps.tenancy.documents.pipelines import Mql

MOST_WORDS: Final = 500
_DUPLICATE: Final = 11000
_BATCH: Final = 500
# What `$text` looks for; words of titles are among the mentions.
_KINDS: Final = (terms.WORD, terms.DESCRIPTION, terms.CODE)
_LAST_LETTER: Final = "\U0010ffff"
_NOTHING: Final[Mql] = {"ref": {"$in": []}}


def written(condition: Condition) -> Mql:
    if isinstance(condition, Term):
        token = condition.token
        return {"terms": _begins(token) if condition.is_beginning else token}
    if isinstance(condition, All):
        return {"$and": [written(part) for part in condition.parts]}
    whole = [p.token for p in condition.parts if isinstance(p, Term) and not p.is_beginning]
    parts = [written(p) for p in condition.parts if not isinstance(p, Term) or p.is_beginning]
    if whole:
        parts.append({"terms": {"$in": whole}})
    return {"$or": parts}


def _begins(token: str) -> Mql:
    return {"$regex": f"^{re.escape(token)}"}


def text_clause(words: Iterable[str]) -> Mql:
    """What asks the text index for documents with any of these terms."""
    return {"$text": {"$search": " ".join(map(indexed, words))}}


def indexed(token: str) -> str:
    return token.encode().hex()


def by_words(condition: Condition) -> Mql:
    """A read for each beginning. Raises `LeftToSql` where more than `MOST_WORDS` would have to be looked for."""
    beginnings = sorted(set(_beginnings(condition)))
    found = _candidates(condition, {one: _read_words(one) for one in beginnings})
    if found is None or len(found) > MOST_WORDS:
        raise LeftToSql
    return text_clause(sorted(found)) if found else _NOTHING


def _beginnings(condition: Condition) -> Iterator[str]:
    if isinstance(condition, Term):
        if condition.is_beginning:
            yield bare(condition.token)
    else:
        for part in condition.parts:
            yield from _beginnings(part)


def _read_words(beginning: str) -> list[str] | None:
    """The words of the store that begin so; None where they are too many."""
    between = {"word": {"$gte": beginning, "$lt": beginning + _LAST_LETTER}}
    rows = scoped_collection(SearchWord).find(between, {"word": 1}).limit(MOST_WORDS + 1)
    found = [row["word"] for row in rows]
    return found if len(found) <= MOST_WORDS else None


def _candidates(condition: Condition, known: Mapping[str, list[str] | None]) -> set[str] | None:
    """Whole terms, one of which is in every document that fits: where all parts are needed, those of the part with the
    fewest. None where they are too many."""
    if isinstance(condition, Term):
        kind = condition.token[: len(terms.WORD)]
        kind = terms.WORD if kind == terms.TITLE else kind  # a word of a title is a mention, too
        word = bare(condition.token)
        if not condition.is_beginning:
            return {kind + word}
        words = known[word]
        return None if words is None else {kind + one for one in words}
    of_parts = [_candidates(part, known) for part in condition.parts]
    few = [found for found in of_parts if found is not None]
    if isinstance(condition, All):
        return min(few, key=len, default=None)
    return set().union(*few) if len(few) == len(of_parts) else None


def searched_terms(tokens: Iterable[str]) -> list[str]:
    return [token for token in tokens if token.startswith(_KINDS)]


def bare(token: str) -> str:
    """Without its kind."""
    return token[len(terms.WORD) :]


def learn_words(words: set[str]) -> None:
    known = scoped_collection(SearchWord)
    moment = now()
    for batch in batches_of(sorted(words)):
        there = {row["word"] for row in known.find({"word": {"$in": batch}}, {"word": 1})}
        new = [known.values(word=word, added_at=moment) for word in batch if word not in there]
        with but_duplicates():
            if new:
                known.insert_many(new, ordered=False)


def forget_words(kept: set[str], *, added_before: datetime) -> None:
    known, before = scoped_collection(SearchWord), added_before.replace(tzinfo=None)
    old = [row["word"] for row in known.find({}) if row["added_at"] < before]
    for batch in batches_of([word for word in old if word not in kept]):
        known.delete_many({"word": {"$in": batch}})


def batches_of(items: Sequence[str]) -> Iterator[list[str]]:
    for start in range(0, len(items), _BATCH):
        yield list(items[start : start + _BATCH])


@contextmanager
def but_duplicates() -> Iterator[None]:
    """What another writer was faster with, or has newer, stays; the other writes of the command are done."""
    try:
        yield
    except DuplicateDocument as error:
        details: Any = (
            error.__cause__.details if isinstance(error.__cause__, BulkWriteError) else {}
        )
        if any(one.get("code") != _DUPLICATE for one in details.get("writeErrors", [])):
            raise
