"""Sweeps of ClickPost: what no task has sent, orders that wait for a booking, labels, parcels without news. A store that is not
connected pays nothing."""

from django.core.cache import cache
from redis.exceptions import RedisError

from apps.clickpost import services
from apps.clickpost.client import KIND
from apps.integrations.selectors import is_connected
from apps.platform.sweeps import sweep

_PAUSE = 300


def _is_time(what: str) -> bool:
    """Sweeps run with each wake-up of the store; this one looks at many orders, so every five minutes are enough."""
    try:
        return bool(cache.add(f"clickpost:{what}", 1, _PAUSE))
    except RedisError:
        return True


@sweep
def send_due_at_clickpost() -> int:
    """Bookings and requests that are due: the broker was down, a worker died, a wait is over."""
    return services.send_due() if is_connected(KIND) else 0


@sweep
def book_waiting_orders() -> int:
    """Orders that are to be booked by themselves, and that no message has brought."""
    return services.book_what_waits() if is_connected(KIND) and _is_time("book") else 0


@sweep
def fetch_missing_labels() -> int:
    """Labels that could not be fetched."""
    return services.fetch_missing_labels() if is_connected(KIND) else 0


@sweep
def ask_about_silent_parcels() -> int:
    """Where parcels are that were not heard of for some hours."""
    return services.ask_about_silent_parcels() if is_connected(KIND) else 0
