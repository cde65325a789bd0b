"""Sweeps of invoices."""

from apps.invoices import services
from apps.platform.sweeps import sweep


@sweep
def send_due_einvoices() -> int:
    """E-invoices that no task has sent: the broker was down, a worker died, a wait is over."""
    return services.send_due_einvoices()
