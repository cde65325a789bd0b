"""What apps above do when a store's subscription or status has changed, and before its row is deleted.

Call them in the transaction of the change, when its rows are written.
"""

from collections.abc import Callable
from typing import Final
from uuid import UUID

from apps.common.hooks import Hook

_Follower = Callable[[UUID], object]
# Each registers a function of an app's `agreed.py`. It gets the store's id, and has to be repeatable.
follows_agreements: Final = Hook[_Follower]("agreed")
follows_deletions: Final = Hook[_Follower]("agreed")


def agreement_changed(store_id: UUID) -> None:
    """The store's subscription, or its status, is another one now."""
    for follow in follows_agreements:
        follow(store_id)


def store_will_be_deleted(store_id: UUID) -> None:
    """Its row, and all that belongs to it in the registry, is deleted in this transaction."""
    for follow in follows_deletions:
        follow(store_id)
