"""Keys and webhooks after a restore: a copy has none of its original's, and tells the outside nothing."""

from apps.operations.restore.reconciling import after_restore
from apps.partners import services


@after_restore
def close_to_partners(copied: bool) -> None:
    if copied:
        services.close_copy()
