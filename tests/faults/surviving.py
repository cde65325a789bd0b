"""What follows a death: time passes, sweeps run, and everything must be finished or undone."""

from datetime import timedelta

from apps.common.clock import now
from apps.events.models import OutboxMessage
from apps.inbox.models import InboxMessage
from apps.payments.models import Capture, Refund
from apps.platform.ledgers import check_ledgers
from apps.platform.models import WakeUp
from apps.platform.services import wake_stores
from apps.platform.services.wake_ups import forget_noted
from apps.tenancy.context import outside_store


def a_minute_later(rounds: int = 1) -> None:
    """Every note and every lease comes due, and the clock wakes the stores that have one, as often as that."""
    for _ in range(rounds):
        OutboxMessage.objects.filter(state="pending").update(due_at=now())
        forget_noted()  # a process knows by the time that a note is used up
        WakeUp.objects.update(due_at=now() - timedelta(seconds=1))
        with outside_store():
            wake_stores()


def assert_quiet() -> None:
    """Nothing waits, and all books agree."""
    assert check_ledgers() == []
    assert not OutboxMessage.objects.filter(state="pending").exists()
    assert not InboxMessage.objects.filter(handled_at__isnull=True).exists()
    assert not Refund.objects.filter(state="requested").exists()
    assert not Capture.objects.filter(state="requested").exists()
