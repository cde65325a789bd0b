"""Sweeps of EasyEcom: they start tasks and call nothing themselves, so a slow system holds no other sweep."""

from apps.easyecom import services as easyecom
from apps.easyecom.starting import publish, push_orders, read_changes
from apps.integrations.selectors import is_connected
from apps.platform.sweeps import sweep


@sweep
def start_due_pushes() -> int:
    """Bring to EasyEcom what a lost task left, and what is due again."""
    if not is_connected("easyecom") or not easyecom.is_pushing_due():
        return 0
    publish(push_orders)
    return 1


@sweep
def start_due_reading() -> int:
    """Read at EasyEcom what it has not sent."""
    if not is_connected("easyecom") or not easyecom.is_reading_due():
        return 0
    publish(read_changes)
    return 1
