"""The Celery task that does what waits for ClickPost, started after commits. `tasks.py` shows it to Celery."""

from datetime import timedelta
from functools import partial
from typing import Final

from celery import shared_task
from django.db.models import Min

from apps.clickpost.models import Booking, CarrierRequest
from apps.clickpost.services.acting import send_due_requests
from apps.clickpost.services.booking import send_due_bookings
from apps.clickpost.states import AT_WORK, RequestState
from apps.common.clock import now
from apps.platform import services as platform
from apps.tenancy.coalescing import begin
from apps.tenancy.context import current_store
from apps.tenancy.transactions import on_commit_at_home

LOOK_AGAIN_AFTER: Final = timedelta(seconds=15)


@shared_task(name="clickpost.send_due", ignore_result=True)
def send_due_task() -> int:
    """Book, cancel and ask what is due at ClickPost."""
    begin(send_due_task)
    return send_due()


def send_due() -> int:
    """What is due of bookings and requests; at the end it notes when the next is."""
    done = send_due_bookings() + send_due_requests()
    _note_next_wake_up()
    return done


def send_soon() -> None:
    """Start the task after the commit. If the broker is down the sweep does it."""
    start = partial(platform.publish_or_wake, send_due_task, after=LOOK_AGAIN_AFTER)
    on_commit_at_home(start, robust=True)


def _note_next_wake_up() -> None:
    bookings = Booking.objects.filter(state__in=AT_WORK).aggregate(due=Min("due_at"))
    requests = CarrierRequest.objects.filter(state=RequestState.WAITING).aggregate(
        due=Min("due_at")
    )
    waiting = [found["due"] for found in (bookings, requests) if found["due"] is not None]
    if waiting:
        due_at = max(min(waiting), now() + LOOK_AGAIN_AFTER)
        platform.note_wake_up(store_id=current_store().id, due_at=due_at)
