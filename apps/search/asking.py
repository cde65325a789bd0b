"""Asks the backend of the active store. Lists and searches of other apps go through here.

Searches with words go to the store's backend. Where it has no whole copy or does not answer, the SQL index answers: it is
always kept, and finds the same. Lists without words are always read from it: one statement, right within the transaction.
"""

from collections.abc import Callable
from typing import Final, TypeVar

import structlog

from apps.search.backends.base import Backend
from apps.search.backends.chosen import chosen_copy
from apps.search.backends.sql import SqlBackend
from apps.search.errors import LeftToSql, SearchUnavailable, StillSilent
from apps.search.models import BuiltCopy
from apps.search.queries import MOST_COUNTED, Place, Query, Suggestion, Summary
from apps.search.terms import Condition
from apps.search.understanding import Understood
from apps.tenancy.versioned_cache import cached_by_version

log = structlog.get_logger(__name__)

T = TypeVar("T")

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
    return _answer(
        lambda backend: backend.find_page(
            query, understood, sort=sort, start=start, length=length, is_long=is_long
        ),
        has_words=understood is not None,
    )


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
    return _answer(
        lambda backend: backend.find_behind(
            query,
            understood,
            sort=sort,
            place=place,
            length=length,
            is_long=is_long,
            backwards=backwards,
        ),
        has_words=understood is not None,
    )


def summarize(query: Query, understood: Understood | None) -> Summary:
    """The number of products and the facets, each counted without its own filter."""
    return _answer(
        lambda backend: backend.summarize(query, understood), has_words=understood is not None
    )


def is_long_list(query: Query, understood: Understood | None) -> bool:
    """Whether there are more than `MOST_COUNTED` products; a list without conditions counts as one."""
    if understood is None and not query.categories and not query.labels:
        return True
    return count_matches(query, understood, most=MOST_COUNTED + 1) > MOST_COUNTED


def count_matches(query: Query, understood: Understood | None, *, most: int) -> int:
    """How many there are, or `most` when there are more."""
    return _answer(
        lambda backend: backend.count_matches(query, understood, most=most),
        has_words=understood is not None,
    )


def find_suggestions(condition: Condition, *, most: int) -> list[Suggestion]:
    return _answer(lambda backend: list(backend.suggest(condition, most=most)), has_words=True)


def _answer(ask: Callable[[Backend], T], *, has_words: bool) -> T:
    copy = chosen_copy() if has_words else None
    if copy is not None and copy.name in _list_built():
        try:
            return ask(copy)
        except (LeftToSql, StillSilent):
            pass
        except SearchUnavailable as error:
            log.warning("SQL answers a search instead.", backend=copy.name, reason=str(error))
    return ask(SQL)


@cached_by_version("search")
def _list_built() -> list[str]:
    return list(BuiltCopy.objects.values_list("backend", flat=True))
