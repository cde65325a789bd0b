"""What apps above do when a store's subscription, status or claim on a host has changed, and before its row is deleted.

Call them in the transaction of the change, when its rows are written.
"""

from collections.abc import Callable
from typing import Final
from uuid import UUID

from apps.common.hooks import Hook
from apps.platform.models import Domain

_Follower = Callable[[UUID], object]
# Each registers a function of an app's `agreed.py`. It gets the store's id, and has to be repeatable.
follows_agreements: Final = Hook[_Follower]("agreed")
follows_deletions: Final = Hook[_Follower]("agreed")
# Gets the row, and what its owners have to know: `expired`, `lost` (its record) or `taken` (by another store).
follows_hosts: Final = Hook[Callable[[Domain, str], object]]("agreed")


def agreement_changed(store_id: UUID) -> None:
    """The store's subscription, or its status, is another one now."""
    for follow in follows_agreements:
        follow(store_id)


def store_will_be_deleted(store_id: UUID) -> None:
    """Its row, and all that belongs to it in the registry, is deleted in this transaction."""
    for follow in follows_deletions:
        follow(store_id)


def host_changed(domain: Domain, what: str) -> None:
    """The store's owners have to act, or have lost the host. Called outside of the store."""
    for follow in follows_hosts:
        follow(domain, what)
