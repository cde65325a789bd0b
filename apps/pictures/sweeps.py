"""Periodic work on pictures."""

from apps.pictures import services as pictures
from apps.platform.services.storage import recount_storage
from apps.platform.sweeps import sweep


@sweep
def sweep_storage() -> int:
    """Count the store's files again, once a day; in a bucket once a week."""
    return recount_storage()


@sweep
def sweep_kept_pictures() -> int:
    return pictures.sweep_kept()
