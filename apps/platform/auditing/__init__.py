"""The mechanism by which services write the audit log."""

from apps.platform.auditing.facts import HIDDEN, REST, facts_of
from apps.platform.auditing.noting import (
    Note,
    as_one_note,
    audited,
    keeps_notes,
    note,
    noted_actor,
    refusing_changes,
)

__all__ = [
    "HIDDEN",
    "REST",
    "Note",
    "as_one_note",
    "audited",
    "facts_of",
    "keeps_notes",
    "note",
    "noted_actor",
    "refusing_changes",
]
