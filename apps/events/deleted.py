"""What the platform's audit log keeps of a store that is no more."""

from apps.events.services import record_audit
from apps.platform.archive.deleting import Deleted, when_deleted


@when_deleted
def remember(deleted: Deleted) -> None:
    """One entry in the master's log, in the transaction in which the store's row goes."""
    record_audit(
        actor=deleted.confirmed_by,
        action="store.deleted",
        target=deleted.store,
        after={
            "slug": deleted.store.slug,
            "requested_by": deleted.requested_by,
            "export": deleted.export_path,
            "sha256": deleted.export_checksum,
            "rows": deleted.export_rows,
        },
    )
