"""What tests ask about the work on a store."""

from uuid import UUID

from apps.operations.store_locks import require_idle
from apps.platform.errors import StoreOccupied


def is_idle(store_id: UUID) -> bool:
    """Whether no work on the store runs right now."""
    try:
        require_idle(store_id)
    except StoreOccupied:
        return False
    return True
