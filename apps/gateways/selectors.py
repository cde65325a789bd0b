"""Every read of the inbox that is more than one row by its key."""

from datetime import timedelta

from django.db.models import QuerySet

from apps.common.clock import now
from apps.gateways.models import GatewayEvent

# An event that could not be handled so many times waits for staff.
GIVE_UP_AFTER = 12


def waiting_events() -> QuerySet[GatewayEvent]:
    """Events that nothing has handled and that are not given up."""
    return GatewayEvent.objects.filter(handled_at__isnull=True, attempts__lt=GIVE_UP_AFTER)


def new_events() -> QuerySet[GatewayEvent]:
    """Events that nothing has tried to handle, the oldest first."""
    return waiting_events().filter(attempts=0).order_by("received_at")


def waiting_events_older_than(age: timedelta) -> QuerySet[GatewayEvent]:
    """The same, longest waiting first: events that their task did not finish."""
    return waiting_events().filter(received_at__lt=now() - age).order_by("received_at")
