"""Periodic work on the days of stores."""

from apps.metering import reconciling
from apps.platform.sweeps import sweep


@sweep
def reconcile_days() -> int:
    """Once a night."""
    return reconciling.reconcile_days()
