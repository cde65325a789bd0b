"""Periodic work on pictures."""

from apps.pictures import services as pictures
from apps.platform.sweeps import sweep


@sweep
def sweep_kept_pictures() -> int:
    return pictures.sweep_kept()
