"""What keeps the search index right in the end."""

from apps.catalog import indexing
from apps.platform.sweeps import sweep
from apps.search.services import prune_missed_searches


@sweep
def renew_marked_entries() -> int:
    """Products whose entry a crash left old."""
    return indexing.renew_marked()


@sweep
def follow_prices() -> int:
    """Sales and price lists that have begun or ended."""
    return indexing.follow_prices()


@sweep
def begin_price_history() -> int:
    """A store of a release without the history."""
    return indexing.begin_price_history()


@sweep
def fill_empty_index() -> int:
    """A store of a release without the index."""
    return indexing.fill_empty_index()


@sweep
def forget_missed_searches() -> int:
    return prune_missed_searches()
