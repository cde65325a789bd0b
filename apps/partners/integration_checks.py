"""Webhooks to partners that were given up or wait too long, and endpoints that were switched off."""

from collections.abc import Iterator

from django.db.models import Count, Max, Min, Q
from django.utils.translation import gettext

from apps.common.clock import now
from apps.partners import services
from apps.partners.models import WebhookDelivery, WebhookEndpoint
from apps.partners.states import DeliveryState, EndpointState
from apps.platform.outside_checks import Limits, Trouble, integration_check
from apps.tenancy.context import current_store

_SYSTEM = "webhooks"
_PORTION = 500


@integration_check
def check_webhooks(limits: Limits) -> Iterator[Trouble]:
    """Two statements."""
    if current_store().is_sandbox:
        return
    for endpoint in WebhookEndpoint.objects.exclude(state=EndpointState.ACTIVE).order_by("pk"):
        is_off = endpoint.state == EndpointState.SWITCHED_OFF
        words = f"{endpoint.url[:80]}: {endpoint.state_reason or endpoint.get_state_display()}"
        kind = "error" if is_off else "paused"
        yield Trouble(_SYSTEM, kind, words, since=endpoint.failing_since, is_bad=is_off)
    rows = WebhookDelivery.objects.filter(endpoint__state=EndpointState.ACTIVE)
    sums = rows.aggregate(
        failed=Count("pk", filter=Q(state=DeliveryState.FAILED)),
        failed_since=Min("created_at", filter=Q(state=DeliveryState.FAILED)),
        late=Count("pk", filter=_late(limits)),
        late_since=Min("created_at", filter=_late(limits)),
        error=Max("last_error", filter=Q(state=DeliveryState.FAILED)),
    )
    if sums["failed"]:
        why = sums["error"] or gettext("There was no answer.")
        words = gettext("Deliveries were given up: %(why)s") % {"why": why}
        yield Trouble(
            _SYSTEM, "dead", words[:200], sums["failed"], sums["failed_since"], _send_again
        )
    if sums["late"]:
        words = gettext("Deliveries wait though they are due.")
        yield Trouble(_SYSTEM, "stuck", words, sums["late"], sums["late_since"], services.start_due)


def _late(limits: Limits) -> Q:
    """Due for so long that no worker can be at them; those between two tries are not."""
    return Q(state=DeliveryState.PENDING, due_at__lt=now() - limits.waiting)


def _send_again() -> int:
    rows = WebhookDelivery.objects.filter(
        state=DeliveryState.FAILED, endpoint__state=EndpointState.ACTIVE
    )
    deliveries = list(rows.select_related("endpoint").order_by("created_at", "id")[:_PORTION])
    services.replay_deliveries(deliveries=deliveries)
    return len(deliveries)
