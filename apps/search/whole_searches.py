"""A search without filters at once: counts, facets and the first products by one statement whose text is built once.

Two statements would read the same lists of the index twice, which is most of what a search costs in a store with 100,000
products.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from apps.search.facets import LABEL_END, facets_of
from apps.search.fields import written_for
from apps.search.models import Entry
from apps.search.places import rank_of
from apps.search.queries import MOST_COUNTED, Query, Summary
from apps.search.understanding import Understood, condition_of
from apps.tenancy.prepared import PreparedQuery
from apps.tenancy.routers import reads_of

MOST_FIRST: Final = 96  # four pages

_found: PreparedQuery[Any] = PreparedQuery(
    lambda status, wanted, code, titled, begun, mentioned: (
        Entry.objects.filter(status=status, terms__matches=wanted)
        .annotate(rank=rank_of((code, titled, begun, mentioned)))
        .values_list("id", "labels", "price_minor", "rank")
    )
)


def is_plain(query: Query) -> bool:
    """Whether it is a search that only words and categories narrow."""
    prices = (query.price_min_minor, query.price_max_minor)
    filters = (query.labels, query.is_priced, query.is_available)
    return query.status is not None and not any(filters) and prices == (None, None)


def summarize_plain(query: Query, understood: Understood) -> Summary:
    """With `first`, where there are so few products that all were looked at."""
    counts, first = Counter[str](), list[tuple[int, str]]()
    total = priced = 0
    for is_product, text, number, with_price in _read(query, understood):
        if is_product:
            first.append((number, text))
            continue
        for label in text.split(LABEL_END):
            counts[label] += number
        total += number
        priced += with_price
    facets = facets_of(query, min(total, MOST_COUNTED), counts, {})
    if total > MOST_COUNTED:
        return Summary(MOST_COUNTED, min(priced, MOST_COUNTED), True, facets)
    first.sort(key=lambda pair: pair[1], reverse=True)
    first.sort(key=lambda pair: pair[0])
    return Summary(total, priced, False, facets, tuple(key for _rank, key in first))


def _read(query: Query, understood: Understood) -> list[tuple[int, str, int, int]]:
    """Labels with their numbers, and the first products with their ranks."""
    wanted = condition_of(query, understood)
    assert wanted is not None, "a search has words"
    vendor = reads_of(Entry.objects.all()).vendor
    code, titled, begun, mentioned = (written_for(vendor, rank) for rank in understood.ranks)
    sql, values, connection = _found.statement(
        status=query.status,
        wanted=written_for(vendor, wanted),
        code=code,
        titled=titled,
        begun=begun,
        mentioned=mentioned,
    )
    rank = connection.ops.quote_name("rank")
    with connection.cursor() as cursor:
        cursor.execute(
            # A statement that begins otherwise counts as a write.
            f"SELECT * FROM (WITH few AS ({sql} LIMIT {MOST_COUNTED + 1}) "  # noqa: S608  a statement of the ORM
            "SELECT 0 AS is_product, labels AS text, COUNT(*) AS number, COUNT(price_minor) AS priced "
            "FROM few GROUP BY labels "
            f"UNION ALL SELECT 1, id, {rank}, 0 FROM "
            f"(SELECT id, {rank} FROM few ORDER BY {rank}, id DESC LIMIT {MOST_FIRST}) best) found",
            values,
        )
        rows: list[tuple[int, str, int, int]] = cursor.fetchall()
    return rows
