"""Asks the backend of the active store. Lists and searches of other apps go through here."""

from typing import Final

from apps.search.backends.base import Backend
from apps.search.backends.sql import SqlBackend
from apps.search.queries import MOST_COUNTED, Place, Query, Suggestion, Summary
from apps.search.terms import Condition
from apps.search.understanding import Understood

SQL: Final[Backend] = SqlBackend()


def find_page(
    query: Query,
    understood: Understood | None,
    *,
    sort: str,
    start: int,
    length: int,
    is_long: bool,
) -> list[str]:
    """The ids at these places of the order. `is_long` says that there are more than `MOST_COUNTED` products."""
    return SQL.find_page(query, understood, sort=sort, start=start, length=length, is_long=is_long)


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
    """Up to `length` places behind that one, or before it with `backwards`, nearest first.

    Raises `TypeError` or `ValueError` for a place of another order.
    """
    return SQL.find_behind(
        query,
        understood,
        sort=sort,
        place=place,
        length=length,
        is_long=is_long,
        backwards=backwards,
    )


def summarize(query: Query, understood: Understood | None) -> Summary:
    """The number of products and the facets, each counted without its own filter."""
    return SQL.summarize(query, understood)


def is_long_list(query: Query, understood: Understood | None) -> bool:
    """Whether there are more than `MOST_COUNTED` products; a list without conditions counts as one."""
    if understood is None and not query.categories and not query.labels:
        return True
    return count_matches(query, understood, most=MOST_COUNTED + 1) > MOST_COUNTED


def count_matches(query: Query, understood: Understood | None, *, most: int) -> int:
    """How many there are, or `most` when there are more."""
    return SQL.count_matches(query, understood, most=most)


def find_suggestions(condition: Condition, *, most: int) -> list[Suggestion]:
    return list(SQL.suggest(condition, most=most))
