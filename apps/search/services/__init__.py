"""Every write of the search index."""

from apps.search.services.copying import (
    build_missing_copy,
    distrust_copies,
    drop_copies,
    rebuild_copy,
)
from apps.search.services.indexing import (
    forget_words,
    put_entries,
    remove_entries,
    renew_availability,
    words_of_entry,
)
from apps.search.services.marks import list_left_marks, mark_stale, take_marks_off
from apps.search.services.missed_searches import note_missed_search, prune_missed_searches

__all__ = [
    "build_missing_copy",
    "distrust_copies",
    "drop_copies",
    "forget_words",
    "list_left_marks",
    "mark_stale",
    "note_missed_search",
    "prune_missed_searches",
    "put_entries",
    "rebuild_copy",
    "remove_entries",
    "renew_availability",
    "take_marks_off",
    "words_of_entry",
]
