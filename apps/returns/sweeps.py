"""Return requests that time or a crash left open."""

from apps.platform.sweeps import sweep
from apps.returns import services


@sweep
def expire_returns() -> int:
    """End approved returns that were not sent in time."""
    return services.expire_returns()


@sweep
def finish_returns() -> int:
    """Close inspected returns whose money has left."""
    return services.finish_returns()
