"""Sending what waits for an endpoint: one worker at a time for each, in short runs, so that a slow one holds no other.

A delivery is claimed before it is sent: its try is counted and its next one dated. A process that dies in between has used
up one try, and the receiver may get the message twice under one id. A run ends at the first failure without an answer, so
a receiver that is silent costs one deadline, and then rests.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Min, Q, QuerySet
from django.utils.translation import gettext

from apps.common.clock import now
from apps.partners.mails import mail_switched_off
from apps.partners.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from apps.partners.outgoing import Outcome, post
from apps.partners.selectors import expired_keys
from apps.partners.signing import headers_of
from apps.partners.states import DeliveryState, EndpointState
from apps.partners.wanted import wanted_topics
from apps.platform import services as platform
from apps.tenancy.context import current_store
from apps.tenancy.transactions import atomic_at_home

# After the first try; published in docs/partners.md. Together 71 hours and 36 minutes.
WAITS: Final = (
    timedelta(seconds=30),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=20),
)
MOST_TRIES: Final = len(WAITS) + 1
SWITCHED_OFF_AFTER: Final = timedelta(days=7)
LEASE: Final = timedelta(seconds=60)
RUN: Final = timedelta(seconds=20)
LOOK_AGAIN_AFTER: Final = timedelta(seconds=15)
SHORTEST_REST: Final = timedelta(seconds=30)
LONGEST_REST: Final = timedelta(minutes=15)
_GONE: Final = 410


def send_due(endpoint_id: UUID) -> int:
    """Send what is due for this endpoint, the oldest first, and say how many were delivered. Nothing while another worker
    does, where it is not active or its key has expired, and in a sandbox."""
    if current_store().is_sandbox:
        return 0
    lease = now() + LEASE
    if not _take_lease(endpoint_id, lease):
        return 0
    platform.ensure_wake_up(store_id=current_store().id, after=LEASE + LOOK_AGAIN_AFTER)
    delivered, ends, is_silent = 0, now() + RUN, False
    try:
        while now() < ends:
            delivery = _claim(endpoint_id)
            if delivery is None:
                break
            outcome = _send(delivery)
            delivered += outcome.is_success
            is_silent = outcome.status is None
            if not _finish(delivery, outcome) or is_silent:
                break
    finally:
        _end_lease(endpoint_id, lease, is_silent=is_silent)
        _note_next_wake_up()
    return delivered


def list_due_endpoints() -> list[UUID]:
    """Active endpoints that something is due for and no worker sends to. One statement."""
    free = Q(endpoint__lease_until=None) | Q(endpoint__lease_until__lt=now())
    due = _due().filter(free).values_list("endpoint_id", flat=True)
    return list(due.order_by().distinct())


def replay(*, deliveries: Iterable[WebhookDelivery]) -> list[UUID]:
    """Send these again, under their ids, as a new series of tries. Returns their endpoints. Call it in a transaction."""
    ids = [delivery.pk for delivery in deliveries]
    rows = WebhookDelivery.objects.filter(pk__in=ids)
    rows.update(state=DeliveryState.PENDING, attempts=0, due_at=now(), finished_at=None)
    return sorted(set(rows.values_list("endpoint_id", flat=True)))


def _due() -> QuerySet[WebhookDelivery]:
    return WebhookDelivery.objects.filter(
        state=DeliveryState.PENDING, due_at__lte=now(), endpoint__state=EndpointState.ACTIVE
    )


def _take_lease(endpoint_id: UUID, until: datetime) -> bool:
    free = Q(lease_until=None) | Q(lease_until__lt=now())
    rows = WebhookEndpoint.objects.filter(free, pk=endpoint_id, state=EndpointState.ACTIVE)
    rows = rows.exclude(made_by_key__in=expired_keys())
    return bool(rows.update(lease_until=until))


def _end_lease(endpoint_id: UUID, lease: datetime, *, is_silent: bool) -> None:
    """A silent endpoint rests: the longer it has failed, the longer, so that it holds workers ever less."""
    rows = WebhookEndpoint.objects.filter(pk=endpoint_id, lease_until=lease)
    rest: datetime | None = None
    if is_silent:
        since = rows.values_list("failing_since", flat=True).first() or now()
        rest = now() + min(max((now() - since) / 4, SHORTEST_REST), LONGEST_REST)
    rows.update(lease_until=rest)


def end_rest(endpoint_id: UUID) -> None:
    """People want it to be tried at once. What a worker has claimed is not claimed again."""
    WebhookEndpoint.objects.filter(pk=endpoint_id).update(lease_until=None)


def _claim(endpoint_id: UUID) -> WebhookDelivery | None:
    """The lease makes this worker the only one; compare-and-set, in case it has outlived it."""
    rows = _due().filter(endpoint=endpoint_id).select_related("endpoint")
    delivery = rows.order_by("due_at", "id").first()
    if delivery is None:
        return None
    tried, delivery.attempts = delivery.attempts, delivery.attempts + 1
    # a try that died with its process is followed by the next one after the same wait
    delivery.due_at = now() + WAITS[min(delivery.attempts, len(WAITS)) - 1]
    same = WebhookDelivery.objects.filter(
        pk=delivery.pk, attempts=tried, state=DeliveryState.PENDING
    )
    is_mine = same.update(attempts=delivery.attempts, due_at=delivery.due_at)
    return delivery if is_mine else None


def _send(delivery: WebhookDelivery) -> Outcome:
    body = delivery.body.encode()
    headers = headers_of(delivery.endpoint, event_id=delivery.event_id, body=body, at=now())
    return post(delivery.endpoint.url, body=body, headers=headers)


def _finish(delivery: WebhookDelivery, outcome: Outcome) -> bool:
    """Keep what came of it. False when the endpoint is not sent to any more."""
    with atomic_at_home():
        rows = WebhookDelivery.objects.select_for_update()
        locked = rows.filter(pk=delivery.pk, attempts=delivery.attempts).first()
        if locked is None:  # deleted, or sent again by hand meanwhile
            return True
        WebhookAttempt.objects.create(
            delivery=locked,
            status=outcome.status,
            answer=outcome.answer,
            error=outcome.error or _refusal(outcome),
            milliseconds=outcome.milliseconds,
        )
        locked.last_status = outcome.status
        locked.last_error = "" if outcome.is_success else outcome.error or _refusal(outcome)
        if outcome.is_success:
            locked.state, locked.finished_at = DeliveryState.DELIVERED, now()
        elif locked.attempts >= MOST_TRIES:
            locked.state, locked.finished_at = DeliveryState.FAILED, now()
        locked.save(update_fields=["last_status", "last_error", "state", "finished_at"])
        return _note_health(locked.endpoint_id, outcome)


def _refusal(outcome: Outcome) -> str:
    if outcome.status is None or outcome.is_success:
        return ""
    if 300 <= outcome.status < 400:
        return gettext("It redirects, which is not followed: enter the address it leads to.")
    return gettext("The answer was %(status)s.") % {"status": outcome.status}


def _note_health(endpoint_id: UUID, outcome: Outcome) -> bool:
    """Since when it fails; after a week, or when it says that it is gone, it is switched off and staff get a mail."""
    endpoint = WebhookEndpoint.objects.select_for_update().get(pk=endpoint_id)
    if outcome.is_success:
        if endpoint.failing_since is not None:
            endpoint.failing_since = None
            endpoint.save(update_fields=["failing_since"])
        return True
    endpoint.failing_since = endpoint.failing_since or now()
    is_gone = outcome.status == _GONE
    if is_gone or now() - endpoint.failing_since >= SWITCHED_OFF_AFTER:
        endpoint.state = EndpointState.SWITCHED_OFF
        endpoint.state_reason = (
            gettext("It answered that it is gone (410).")
            if is_gone
            else gettext("Nothing was delivered for a week.")
        )
        wanted_topics.forget()
        mail_switched_off(endpoint)
    endpoint.save(update_fields=["failing_since", "state", "state_reason"])
    return endpoint.state == EndpointState.ACTIVE


def _note_next_wake_up() -> None:
    """When something is due and its endpoint is not at rest."""
    waiting = WebhookDelivery.objects.filter(
        state=DeliveryState.PENDING, endpoint__state=EndpointState.ACTIVE
    )
    rows = waiting.order_by().values_list("endpoint__lease_until").annotate(Min("due_at"))
    moments = [max(due_at, rest or due_at) for rest, due_at in rows]
    if moments:
        soon = now() + LOOK_AGAIN_AFTER
        platform.note_wake_up(store_id=current_store().id, due_at=max(min(moments), soon))
