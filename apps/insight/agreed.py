"""Follows what stores agree to."""

from uuid import UUID

from apps.insight.recording import record_agreement, record_deletion
from apps.platform.agreements import follows_agreements, follows_deletions


@follows_agreements
def write_change(store_id: UUID) -> None:
    record_agreement(store_id)


@follows_deletions
def write_deletion(store_id: UUID) -> None:
    record_deletion(store_id)
