"""Every write of the search index."""

from apps.search.services.indexing import (
    forget_words,
    list_left_marks,
    mark_stale,
    put_entries,
    remove_entries,
    renew_availability,
    take_marks_off,
    words_of_entry,
)
from apps.search.services.missed_searches import (
    note_missed_search,
    prune_missed_searches,
)

__all__ = [
    "forget_words",
    "list_left_marks",
    "mark_stale",
    "note_missed_search",
    "prune_missed_searches",
    "put_entries",
    "remove_entries",
    "renew_availability",
    "take_marks_off",
    "words_of_entry",
]
