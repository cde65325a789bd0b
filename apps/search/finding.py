"""Finds entries in the store's SQL: pages by number, pages behind a place, and what a list has altogether."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from django.db.models import BigIntegerField, Case, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from apps.search import terms
from apps.search.models import Entry
from apps.search.queries import (
    MOST_COUNTED,
    MOST_LISTED,
    PRICE_SORTS,
    RELEVANCE,
    Facet,
    FacetValue,
    Place,
    Query,
    Summary,
)
from apps.search.terms import Condition, all_of, any_of, label_term
from apps.search.understanding import Understood
from apps.tenancy.context import current_store

MOST_FACETS: Final = 8
MOST_VALUES: Final = 12
NAME_END, LABEL_END = "\u001f", "\u001e"

# Of each sort the field, whether it falls, and whether ids fall where values are equal.
_ORDERS: Final = {
    "featured": ("position", False, True),
    "newest": ("id", True, True),
    "price_asc": ("price", False, False),
    "price_desc": ("price", True, False),
    "title": ("title_key", False, False),
    RELEVANCE: ("rank", False, True),
}
# A rank and a position in one number, so that a place in the order has one value.
_RANK_STEP: Final = 2**40


def find_page(
    query: Query, understood: Understood | None, *, sort: str, start: int, length: int
) -> list[str]:
    """The ids at these places of the order: one query."""
    found = _sorted(_matching(query, understood), understood, query, sort, backwards=False)
    return list(found.values_list("id", flat=True)[start : start + length])


def find_behind(
    query: Query,
    understood: Understood | None,
    *,
    sort: str,
    place: Place | None,
    length: int,
    backwards: bool = False,
) -> list[Place]:
    """Up to `length` places behind that one, or before it with `backwards` (nearest first): one query.

    Raises `TypeError` or `ValueError` for a place of another order.
    """
    found = _sorted(_matching(query, understood), understood, query, sort, backwards=backwards)
    field, _falls, _ids_fall = _ORDERS[sort]
    if place is not None:
        found = found.filter(_behind(sort, _checked(sort, place), backwards))
    rows = found.values_list(field, "id")[:length]
    return [(None if field == "id" else value, key) for value, key in rows]


def summarize(query: Query, understood: Understood | None) -> Summary:
    """One query: the number of products, and the facets, each without its own filter."""
    most = MOST_COUNTED if understood is not None else MOST_LISTED
    names = [name for name, _values in query.labels]
    parts = [
        _matching(query, understood, without=name)
        .annotate(part=Value(number, output_field=IntegerField()))
        .values_list("part", "labels", "price_minor")
        .order_by()[: most + 1]
        for number, name in enumerate([None, *names])
    ]
    rows: Any = parts[0].union(*parts[1:], all=True) if names else parts[0]
    labels: list[list[str]] = [[] for _part in parts]
    priced = 0
    for part, text, price in rows:
        labels[part].append(text)
        priced += part == 0 and price is not None
    total = len(labels[0])
    counts = [_count(one) for one in labels]
    return Summary(
        total=min(total, most),
        priced=min(priced, most),
        is_capped=total > most,
        facets=_facets(query, min(total, most), counts[0], dict(zip(names, counts[1:], strict=True))),
    )  # fmt: skip


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
    condition = all_of(_conditions(query, understood, without))
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


def _conditions(
    query: Query, understood: Understood | None, without: str | None
) -> list[Condition]:
    found: list[Condition] = []
    if understood is not None:
        found.append(understood.anywhere)
    if query.categories:
        found.append(any_of(map(terms.category_term, query.categories)))
    for name, values in query.labels:
        if name != without:
            found.append(any_of(label_term(name, value) for value in values))
    return found


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
    field, falls, ids_fall = _ORDERS[sort]
    if sort in PRICE_SORTS:
        entries = _priced(entries, query.currency)
    if sort == RELEVANCE:
        entries = entries.annotate(rank=_rank(understood))
    by_id = "-id" if ids_fall != backwards else "id"
    if field == "id":
        return entries.order_by(by_id)
    return entries.order_by(f"-{field}" if falls != backwards else field, by_id)


def _rank(understood: Understood | None) -> Any:
    """The rank of a search, and within it the order of the shelf."""
    ranks = understood.ranks if understood is not None else ()
    steps = [
        When(terms__matches=condition, then=Value(number * _RANK_STEP))
        for number, condition in enumerate(ranks)
    ]
    last = Value(len(steps) * _RANK_STEP)
    return Case(*steps, default=last, output_field=BigIntegerField()) + F("position")


def _behind(sort: str, place: Place, backwards: bool) -> Q:
    field, falls, ids_fall = _ORDERS[sort]
    value, key = place
    later = Q(**{f"id__{'lt' if ids_fall != backwards else 'gt'}": key})
    if field == "id":
        return later
    compare = "lt" if falls != backwards else "gt"
    return Q(**{f"{field}__{compare}": value}) | Q(**{field: value}) & later


def _checked(sort: str, place: Place) -> Place:
    value, key = place
    kinds: dict[str, type] = {"title_key": str, "id": type(None)}
    kind = kinds.get(_ORDERS[sort][0], int)
    if not isinstance(value, kind) or isinstance(value, bool):
        raise TypeError(value)
    if len(key) != 24 or not all(letter in "0123456789abcdef" for letter in key):
        raise ValueError(key)
    return place


def _count(labels: Sequence[str]) -> Counter[str]:
    found = Counter(LABEL_END.join(labels).split(LABEL_END))
    del found[""]
    return found


def _facets(
    query: Query, total: int, counts: Counter[str], without: dict[str, Counter[str]]
) -> tuple[Facet, ...]:
    chosen = {name: set(values) for name, values in query.labels}
    by_name: dict[str, list[tuple[str, int]]] = {name: [] for name in chosen}
    for label, number in counts.most_common():
        name, _, value = label.partition(NAME_END)
        if name not in without:
            by_name.setdefault(name, []).append((value, number))
    for name, own in without.items():
        of_name = ((label.partition(NAME_END), number) for label, number in own.most_common())
        by_name[name] = [(value, number) for (found, _, value), number in of_name if found == name]
    facets = [
        Facet(
            name,
            tuple(
                FacetValue(value, number, value in chosen.get(name, ()))
                for value, number in _shown(values, chosen.get(name, set()))
            ),
        )
        for name, values in by_name.items()
        if name in chosen or _tells_apart(values, total)
    ]  # fmt: skip
    facets.sort(
        key=lambda facet: (
            not any(v.is_chosen for v in facet.values),
            -sum(v.count for v in facet.values),
            facet.name,
        )
    )
    return tuple(facets[:MOST_FACETS])  # fmt: skip


def _shown(values: list[tuple[str, int]], chosen: set[str]) -> list[tuple[str, int]]:
    """The most frequent ones, and every chosen one."""
    first = values[:MOST_VALUES]
    more = [pair for pair in values[MOST_VALUES:] if pair[0] in chosen]
    missing = [(value, 0) for value in sorted(chosen - {value for value, _ in values})]
    return [*first, *more, *missing]


def _tells_apart(values: list[tuple[str, int]], total: int) -> bool:
    """Whether choosing a value would leave out anything."""
    return any(number < total for _value, number in values)
