"""Finds entries in the store's SQL: pages by number, pages behind a place, and what a list has altogether."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import BigIntegerField, F, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from apps.search.facets import LABEL_END, facets_of
from apps.search.models import Entry
from apps.search.places import ORDERS, checked_place, rank_of
from apps.search.queries import (
    MOST_COUNTED,
    MOST_LISTED,
    PRICE_SORTS,
    RELEVANCE,
    Place,
    Query,
    Summary,
)
from apps.search.terms import Condition
from apps.search.understanding import Understood, condition_of
from apps.search.whole_searches import is_plain, summarize_plain
from apps.tenancy.context import current_store
from apps.tenancy.routers import reads_of


def find_page(
    query: Query,
    understood: Understood | None,
    *,
    sort: str,
    start: int,
    length: int,
    is_long: bool,
) -> list[str]:
    """The ids at these places of the order: one query. `is_long` says that there are more than `MOST_COUNTED` products:
    ranks are asked for one after the other then, because sorting all of them costs more."""
    if is_long and sort == RELEVANCE and understood is not None:
        return _ranked_ids(query, understood, start + length)[start:]
    found = _sorted(_matching(query, understood), understood, query, sort, backwards=False)
    return [key for _value, key in _read(found, sort, start, start + length, is_long=is_long)]


def _ranked_ids(query: Query, understood: Understood, most: int) -> list[str]:
    entries, ids = _matching(query, understood), list[str]()
    conditions: list[Condition | None] = [*understood.ranks, None]
    for condition in conditions:
        of_rank = entries if condition is None else entries.filter(terms__matches=condition)
        ordered = of_rank.order_by("position", "-id").values_list("id", flat=True)
        ids += ordered[: most - len(ids)]
        if len(ids) >= most or condition is None:
            break
        entries = entries.exclude(terms__matches=condition)
    return ids


def find_behind(
    query: Query,
    understood: Understood | None,
    *,
    sort: str,
    place: Place | None,
    length: int,
    is_long: bool,
    backwards: bool = False,
) -> list[Place]:
    """Up to `length` places behind that one, or before it with `backwards` (nearest first): one query.

    Raises `TypeError` or `ValueError` for a place of another order.
    """
    found = _sorted(_matching(query, understood), understood, query, sort, backwards=backwards)
    if place is not None:
        found = found.filter(_behind(sort, checked_place(sort, place), backwards))
    return _read(found, sort, 0, length, is_long=is_long)


def _read(
    entries: QuerySet[Entry], sort: str, start: int, stop: int, *, is_long: bool
) -> list[Place]:
    """The places from `start` to `stop`. A list that is not long is read whole and then sorted: a planner that knows
    nothing of a rare word would rather walk through all products in their order."""
    field = ORDERS[sort][0]
    rows: Any = entries.values_list("id") if field == "id" else entries.values_list("id", field)
    if is_long:
        found = list(rows[start:stop])
    else:
        found = _sort_few(rows, field, start, stop)
    return [(row[1] if field != "id" else None, row[0]) for row in found]


def _sort_few(rows: Any, field: str, start: int, stop: int) -> list[Any]:
    connection = reads_of(rows)
    quote = connection.ops.quote_name
    order = ", ".join(
        f"{quote(name.removeprefix('-'))} {'DESC' if name.startswith('-') else 'ASC'}"
        for name in rows.query.order_by
    )
    inner = rows.order_by()[: MOST_COUNTED + 1].query
    try:
        sql, values = inner.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:  # a price that no column holds
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT * FROM ({sql}) few ORDER BY {order} LIMIT {stop - start} OFFSET {start}",  # noqa: S608
            values,
        )
        found: list[Any] = cursor.fetchall()
    return found


def summarize(query: Query, understood: Understood | None) -> Summary:
    """One query: the number of products, and the facets, each without its own filter."""
    if understood is not None and is_plain(query):
        return summarize_plain(query, understood)
    most = MOST_COUNTED if understood is not None else MOST_LISTED
    names = [name for name, _values in query.labels]
    parts = [
        _matching(query, understood, without=name).values_list("labels", "price_minor")
        for name in (None, *names)
    ]
    counts = [Counter[str]() for _part in parts]
    total = priced = 0
    for part, labels, number, with_price in _count_alike(parts, most + 1):
        for label in labels.split(LABEL_END):
            counts[part][label] += number
        if part == 0:
            total += number
            priced += with_price
    facets = facets_of(
        query, min(total, most), counts[0], dict(zip(names, counts[1:], strict=True))
    )
    return Summary(min(total, most), min(priced, most), total > most, facets)


def _count_alike(parts: Sequence[Any], most: int) -> list[tuple[int, str, int, int]]:
    """Of each part the number of entries with the same labels, among the first ones, and how many of them have a price."""
    connection = reads_of(parts[0])
    statements, values = [], []
    for number, part in enumerate(parts):
        try:
            sql, parameters = (
                part.order_by()[:most].query.get_compiler(connection=connection).as_sql()
            )
        except EmptyResultSet:  # a price that no column holds
            continue
        statements.append(
            f"SELECT {number}, labels, COUNT(*), COUNT(price_minor) FROM ({sql}) alike{number} GROUP BY labels"  # noqa: S608
        )
        values += parameters
    if not statements:
        return []
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(statements), values)
        rows: list[tuple[int, str, int, int]] = cursor.fetchall()
    return rows


def count_matches(query: Query, understood: Understood | None, *, most: int) -> int:
    """How many there are, or `most` when there are more."""
    return _matching(query, understood).order_by()[:most].count()


def find_by_terms(condition: Condition, *, status: str | None) -> QuerySet[Entry]:
    """Entries with these terms, in no order."""
    found = Entry.objects.filter(terms__matches=condition)
    return found.filter(status=status) if status is not None else found


def _matching(
    query: Query, understood: Understood | None, *, without: str | None = None
) -> QuerySet[Entry]:
    entries = Entry.objects.all()
    if query.status is not None:
        entries = entries.filter(status=query.status)
    condition = condition_of(query, understood, without=without)
    if condition is not None:
        entries = entries.filter(terms__matches=condition)
    if query.is_available:
        entries = entries.filter(is_available=True)
    least, most = query.price_min_minor, query.price_max_minor
    if query.is_priced or least is not None or most is not None:
        entries = _priced(entries, query.currency)
    if least is not None:
        entries = entries.filter(Q(price__gte=least))
    if most is not None:
        entries = entries.filter(Q(price__lte=most))
    return entries


def _priced(entries: QuerySet[Entry], currency: str) -> QuerySet[Entry]:
    """Those with a `price`: from the indexed column for the store's own currency."""
    if currency == current_store().currency:
        return entries.annotate(price=F("price_minor")).filter(price_minor__isnull=False)
    text = KeyTextTransform(currency, "prices")
    return entries.annotate(price=Cast(text, BigIntegerField())).filter(Q(price__isnull=False))


def _sorted(
    entries: QuerySet[Entry],
    understood: Understood | None,
    query: Query,
    sort: str,
    *,
    backwards: bool,
) -> QuerySet[Entry]:
    field, falls, ids_fall = ORDERS[sort]
    if sort in PRICE_SORTS:
        entries = _priced(entries, query.currency)
    if sort == RELEVANCE:
        entries = entries.annotate(rank=rank_of(understood.ranks if understood is not None else ()))
    by_id = "-id" if ids_fall != backwards else "id"
    if field == "id":
        return entries.order_by(by_id)
    return entries.order_by(f"-{field}" if falls != backwards else field, by_id)


def _behind(sort: str, place: Place, backwards: bool) -> Q:
    field, falls, ids_fall = ORDERS[sort]
    value, key = place
    later = Q(**{f"id__{'lt' if ids_fall != backwards else 'gt'}": key})
    if field == "id":
        return later
    compare = "lt" if falls != backwards else "gt"
    return Q(**{f"{field}__{compare}": value}) | Q(**{field: value}) & later
