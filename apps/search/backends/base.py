"""The interface of a search backend."""

from collections.abc import Iterable, Sequence
from typing import ClassVar, Protocol

from apps.search.models import Entry
from apps.search.queries import Place, Query, Suggestion, Summary
from apps.search.terms import Condition
from apps.search.understanding import Understood


class Backend(Protocol):
    """Holds the entries of stores, and finds them for the active store alone.

    Words are the same everywhere: an entry holds terms (`apps/search/terms.py`), and a search comes as `Understood`, with
    synonyms and parts of words worked out. So every backend finds the same products in the same order, and a place of one is
    a place of all.
    """

    def put(self, rows: Sequence[Entry]) -> None:
        """Write these entries. Repeatable; an older version never overwrites a newer one."""

    def remove(self, ids: Sequence[str]) -> None:
        """Take products out. Repeatable."""

    def count_matches(self, query: Query, understood: Understood | None, *, most: int) -> int:
        """How many there are, or `most` when there are more."""

    def summarize(self, query: Query, understood: Understood | None) -> Summary:
        """The number of products and the facets, each counted without its own filter."""

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
        """The ids at these places of the order. `is_long` says that there are more than `MOST_COUNTED` products."""

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
        """Up to `length` places behind that one, or before it with `backwards`, nearest first.

        Raises `TypeError` or `ValueError` for a place of another order.
        """

    def suggest(self, condition: Condition, *, most: int) -> Iterable[Suggestion]:
        """Products on sale with these terms, in the order of the shelf."""


class Copy(Backend, Protocol):
    """A backend beside the SQL index, from whose entries it is made. Methods raise `SearchUnavailable` when the server does
    not answer: then the SQL index does, and what was not written is marked for the sweep."""

    name: ClassVar[str]

    def is_there(self) -> bool:
        """Whether the server has what it needs to answer for the active store."""

    def rebuild(self, batches: Iterable[Sequence[Entry]]) -> None:
        """Write all entries of the store and forget all others. The old ones answer until the new ones stand."""

    def drop(self) -> None:
        """Delete everything of the active store. Repeatable."""
