"""A copy of the index in the store's documents, found by MongoDB's `$text`.

A text index finds documents with any of some whole words. So `$text` gets the words of one part of the search, the one
with the fewest, each beginning written out by the words that the store has (`SearchWord`); the whole condition on terms is
matched beside it. So it finds what SQL finds, in the same order. A beginning of more than `MOST_WORDS` words is left to SQL.

Words stand in the text index as hexadecimal digits: MongoDB would split and fold them by rules of its own, and drop the
signs that tell Indic words apart. Its weights and scores are not used: ranks are conditions, as in SQL.

The guarded collection puts the store into every command, and the text index begins with it: MongoDB refuses a `$text` without.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, ClassVar, Final

from django.db import DatabaseError
from django.utils.translation import gettext
from pymongo import ReplaceOne
from pymongo.errors import PyMongoError

from apps.common.clock import now
from apps.search.backends.mongodb_words import (
    bare,
    batches_of,
    but_duplicates,
    by_words,
    forget_words,
    indexed,
    learn_words,
    searched_terms,
    written,
)
from apps.search.documents import SearchDocument, SearchWord
from apps.search.errors import SearchUnavailable
from apps.search.facets import LABEL_END, summary_of
from apps.search.models import Entry
from apps.search.places import ORDERS, RANK_STEP, checked_place
from apps.search.queries import (
    MOST_COUNTED,
    MOST_LISTED,
    PRICE_SORTS,
    RELEVANCE,
    Place,
    Query,
    Suggestion,
    Summary,
)
from apps.search.terms import Condition
from apps.search.understanding import Understood, condition_of
from apps.tenancy.context import current_store
from apps.tenancy.documents.access import scoped_collection
from apps.tenancy.documents.indexes import TextIndex, make_index
from apps.tenancy.documents.pipelines import Mql

TEXT_INDEX: Final = TextIndex(fields=["store", "text"], name="search_document_text")


class MongoCopy:
    name: ClassVar[str] = "mongodb"

    # Writing

    def put(self, rows: Sequence[Entry]) -> None:
        """Two writes and a read. A newer version makes the upsert a second document, which the unique index refuses."""
        if not rows:
            return
        with _reported():
            learn_words(_words_of(rows))
            writes = [
                ReplaceOne(
                    {"ref": row.pk, "version": {"$lte": row.version}}, _document(row), upsert=True
                )
                for row in rows
            ]
            with but_duplicates():
                scoped_collection(SearchDocument).bulk_write(writes, ordered=False)

    def remove(self, ids: Sequence[str]) -> None:
        with _reported():
            scoped_collection(SearchDocument).delete_many({"ref": {"$in": list(ids)}})

    def is_there(self) -> bool:
        with _reported():
            return TEXT_INDEX.name in scoped_collection(SearchDocument).index_information()

    def rebuild(self, batches: Iterable[Sequence[Entry]]) -> None:
        started = now()
        try:
            make_index(SearchDocument, TEXT_INDEX)
        except DatabaseError as error:
            raise SearchUnavailable(
                gettext("The documents server refuses the text index: %(reason)s")
                % {"reason": _short(error)}
            ) from error
        there, words = set[str](), set[str]()
        for rows in batches:
            self.put(rows)
            there.update(row.pk for row in rows)
            words |= _words_of(rows)
        with _reported():
            _forget_gone(there)
            forget_words(words, added_before=started)

    def drop(self) -> None:
        with _reported():
            scoped_collection(SearchDocument).delete_many({})
            scoped_collection(SearchWord).delete_many({})

    # Finding

    def count_matches(self, query: Query, understood: Understood | None, *, most: int) -> int:
        with _reported():
            found = _matching(query, understood)
            return scoped_collection(SearchDocument).count_documents(found, limit=most)

    def summarize(self, query: Query, understood: Understood | None) -> Summary:
        """One pipeline. Facets are counted over all products, also where the total stops at the limit."""
        most = MOST_COUNTED if understood is not None else MOST_LISTED
        names = [name for name, _values in query.labels]
        every = _chosen_labels(query, without=None)
        price = {f"prices.{current_store().currency}": {"$exists": True}}
        parts: dict[str, list[Mql]] = {
            "total": [{"$match": every}, {"$count": "count"}],
            "priced": [{"$match": {**every, **price}}, {"$count": "count"}],
        }
        for number, name in enumerate((None, *names)):
            parts[f"labels{number}"] = [
                {"$match": _chosen_labels(query, without=name)},
                {"$unwind": "$labels"},
                {"$group": {"_id": "$labels", "count": {"$sum": 1}}},
            ]
        with _reported():
            wanted = _matching(replace(query, labels=()), understood)
            pipeline = [{"$match": wanted}, {"$facet": parts}]
            (found,) = scoped_collection(SearchDocument).aggregate(pipeline)
        counts = [
            Counter({one["_id"]: one["count"] for one in found[f"labels{number}"]})
            for number in range(len(names) + 1)
        ]
        total, priced = (
            next((one["count"] for one in found[name]), 0) for name in ("total", "priced")
        )
        return summary_of(query, counts, total=total, priced=priced, most=most)

    def find_page(
        self,
        query: Query,
        understood: Understood | None,
        *,
        sort: str,
        start: int,
        length: int,
        is_long: bool,
    ) -> list[str]:
        with _reported():
            places = _walk(query, understood, sort, None, start + length, backwards=False)
        return [key for _value, key in places[start:]]

    def find_behind(
        self,
        query: Query,
        understood: Understood | None,
        *,
        sort: str,
        place: Place | None,
        length: int,
        is_long: bool,
        backwards: bool = False,
    ) -> list[Place]:
        at = checked_place(sort, place) if place is not None else None
        with _reported():
            return _walk(query, understood, sort, at, length, backwards=backwards)

    def suggest(self, condition: Condition, *, most: int) -> list[Suggestion]:
        with _reported():
            wanted = _narrowed(by_words(condition), [{"status": "active"}, written(condition)])
            rows = scoped_collection(SearchDocument).find(wanted, {"title": 1, "slug": 1})
            rows = rows.sort([("position", 1), ("ref", -1)]).limit(most)
            return [Suggestion(row["title"], row["slug"]) for row in rows]


# Reading


def _walk(
    query: Query,
    understood: Understood | None,
    sort: str,
    place: Place | None,
    most: int,
    *,
    backwards: bool,
) -> list[Place]:
    """Ranks are asked for one after the other, until there are enough."""
    asked = replace(query, is_priced=query.is_priced or sort in PRICE_SORTS)
    wanted = _matching(asked, understood)
    if sort != RELEVANCE:
        return _read(wanted, query, sort, place, most, backwards=backwards)
    ranks = list(_ranks(understood))
    numbers = list(range(len(ranks)))
    if place is not None:
        number, place = _split(place)
        numbers = numbers[: number + 1] if backwards else numbers[number:]
    found: list[Place] = []
    for number in reversed(numbers) if backwards else numbers:
        part = _narrowed(wanted, ranks[number])
        rows = _read(part, query, "featured", place, most - len(found), backwards=backwards)
        found += [(number * RANK_STEP + int(value or 0), key) for value, key in rows]
        if len(found) >= most:
            break
        place = None
    return found


def _ranks(understood: Understood | None) -> Iterator[list[Mql]]:
    """Of each rank its condition, and that no better one holds; the last one holds what fits none."""
    better: list[Mql] = []
    for condition in understood.ranks if understood is not None else ():
        own = written(condition)
        yield [own, {"$nor": list(better)}] if better else [own]
        better.append(own)
    yield [{"$nor": better}] if better else [{}]


def _split(place: Place) -> tuple[int, Place]:
    value, key = place
    assert isinstance(value, int)
    rank, position = divmod(value + RANK_STEP // 2, RANK_STEP)
    return rank, (position - RANK_STEP // 2, key)


def _read(
    wanted: Mql, query: Query, sort: str, place: Place | None, most: int, *, backwards: bool
) -> list[Place]:
    field, falls, ids_fall = ORDERS[sort]
    column = {"id": "ref", "price": f"prices.{query.currency}"}.get(field, field)
    order = [(column, -1 if falls != backwards else 1)]
    if column != "ref":
        order.append(("ref", -1 if ids_fall != backwards else 1))
    if place is not None:
        wanted = _narrowed(wanted, [_behind(order, place)])
    rows = scoped_collection(SearchDocument).find(wanted, {"ref": 1, column: 1})
    return [(_value_at(row, column), row["ref"]) for row in rows.sort(order).limit(most)]


def _behind(order: list[tuple[str, int]], place: Place) -> Mql:
    value, key = place
    column, direction = order[0]
    later = {order[-1][0]: {"$gt" if order[-1][1] > 0 else "$lt": key}}
    if len(order) == 1:
        return later
    sign = "$gt" if direction > 0 else "$lt"
    return {"$or": [{column: {sign: value}}, {column: value, **later}]}


def _value_at(row: Mql, column: str) -> Any:
    if column == "ref":
        return None
    value: Any = row
    for part in column.split("."):
        value = value[part]
    return value


# Conditions


def _matching(query: Query, understood: Understood | None) -> Mql:
    """The words in front, where `$text` must stand; everything else behind them."""
    condition = condition_of(query, understood)
    found: Mql = {}
    if query.status is not None:
        found["status"] = query.status
    if query.is_available:
        found["is_available"] = True
    limits: Mql = dict(query.price_limits("$gte", "$lte"))
    if limits or query.is_priced:
        found[f"prices.{query.currency}"] = limits or {"$exists": True}
    parts = [found] if found else []
    if condition is not None:
        parts.append(written(condition))
    in_front = by_words(understood.anywhere) if understood is not None else {}
    return _narrowed(in_front, parts)


def _narrowed(wanted: Mql, parts: Sequence[Mql]) -> Mql:
    return {**wanted, "$and": [*wanted.get("$and", []), *parts]} if parts else wanted


def _chosen_labels(query: Query, *, without: str | None) -> Mql:
    condition = condition_of(replace(query, categories=()), None, without=without)
    return written(condition) if condition is not None else {}


# Writing


def _document(row: Entry) -> Mql:
    tokens = row.terms.split()
    return {
        "ref": row.pk,
        "version": row.version,
        "status": row.status,
        "title": row.title,
        "slug": row.slug,
        "position": row.position,
        "title_key": row.title_key,
        "prices": row.prices,
        "is_available": row.is_available,
        "labels": row.labels.split(LABEL_END) if row.labels else [],
        "terms": tokens,
        "text": " ".join(map(indexed, searched_terms(tokens))),
    }


def _words_of(rows: Iterable[Entry]) -> set[str]:
    return {bare(token) for row in rows for token in searched_terms(row.terms.split())}


def _forget_gone(there: set[str]) -> None:
    """Those that came meanwhile are in SQL."""
    rows = scoped_collection(SearchDocument).find({}, {"ref": 1})
    for batch in batches_of([row["ref"] for row in rows if row["ref"] not in there]):
        in_sql = set(Entry.objects.filter(pk__in=batch).values_list("pk", flat=True))
        gone = [ref for ref in batch if ref not in in_sql]
        scoped_collection(SearchDocument).delete_many({"ref": {"$in": gone}})


@contextmanager
def _reported() -> Iterator[None]:
    try:
        yield
    except (DatabaseError, PyMongoError) as error:
        raise SearchUnavailable(
            gettext("The documents server can't search: %(reason)s") % {"reason": _short(error)}
        ) from error


def _short(error: Exception) -> str:
    """Without the server's whole answer, which PyMongo appends."""
    return str(error).partition(", full error")[0]
