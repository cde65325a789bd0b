"""Facets from counts of labels."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from apps.search.queries import Facet, FacetValue, Query, Summary

MOST_FACETS: Final = 8
MOST_VALUES: Final = 12
# A label is a name and a value with the first sign between them; the second one is between labels.
NAME_END, LABEL_END = "\u001f", "\u001e"


def facets_of(
    query: Query, total: int, counts: Counter[str], without: Mapping[str, Counter[str]]
) -> tuple[Facet, ...]:
    """The facets of a list with so many products: `counts` by label, `without` those that are counted without the filter
    of that name."""
    chosen = {name: set(values) for name, values in query.labels}
    by_name: dict[str, list[tuple[str, int]]] = {name: [] for name in chosen}
    for label, number in _by_number(counts):
        if not label:
            continue
        name, _, value = label.partition(NAME_END)
        if name not in without:
            by_name.setdefault(name, []).append((value, number))
    for name, own in without.items():
        of_name = ((label.partition(NAME_END), number) for label, number in _by_number(own))
        by_name[name] = [(value, number) for (found, _, value), number in of_name if found == name]
    facets = [
        _facet(name, values, chosen.get(name, set()))
        for name, values in by_name.items()
        if name in chosen or _tells_apart(values, total)
    ]
    facets.sort(key=lambda facet: (facet.name not in chosen, -facet.products, facet.name))
    return tuple(facets[:MOST_FACETS])


def summary_of(
    query: Query, counts: Sequence[Counter[str]], *, total: int, priced: int, most: int
) -> Summary:
    """The answer of a backend that has counted everything. `counts` by label: the first with all filters, then one without
    each filter of the query, in its order."""
    without = dict(zip((name for name, _ in query.labels), counts[1:], strict=True))
    facets = facets_of(query, min(total, most), counts[0], without)
    return Summary(min(total, most), min(priced, most), total > most, facets)


def _by_number(counts: Counter[str]) -> list[tuple[str, int]]:
    """The most frequent first, equal ones by name: backends count in no order, and a page is the same each time."""
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def _facet(name: str, values: list[tuple[str, int]], chosen: set[str]) -> Facet:
    shown = _shown(values, chosen)
    return Facet(name, tuple(FacetValue(value, count, value in chosen) for value, count in shown))


def _shown(values: list[tuple[str, int]], chosen: set[str]) -> list[tuple[str, int]]:
    """The most frequent ones, and every chosen one."""
    first = values[:MOST_VALUES]
    more = [pair for pair in values[MOST_VALUES:] if pair[0] in chosen]
    missing = [(value, 0) for value in sorted(chosen - {value for value, _ in values})]
    return [*first, *more, *missing]


def _tells_apart(values: list[tuple[str, int]], total: int) -> bool:
    """Whether choosing a value would leave out anything."""
    return any(number < total for _value, number in values)
