"""Webhooks that were given up after all their tries."""

from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.partners import services
from apps.partners.models import WebhookDelivery
from apps.partners.states import DeliveryState, EndpointState
from apps.platform.dead_ends import DeadEnd, Kind, Rows, dead_end, states


def _given_up() -> QuerySet[WebhookDelivery]:
    """Of endpoints that work again or are still tried: the page of the others says more."""
    rows = WebhookDelivery.objects.filter(
        state=DeliveryState.FAILED, endpoint__state=EndpointState.ACTIVE
    )
    return rows.select_related("endpoint").order_by("created_at", "id")


def _describe(delivery: WebhookDelivery) -> DeadEnd:
    names = {"topic": delivery.topic, "address": delivery.endpoint.url}
    return DeadEnd(
        key=str(delivery.pk),
        what=gettext("Webhook %(topic)s to %(address)s") % names,
        since=delivery.created_at,
        why=delivery.last_error,
    )


dead_end(
    Kind(
        code="partners.webhook",
        title=_("Webhooks that were not delivered"),
        button=_("Send it again"),
        found=Rows(_given_up),
        describe=_describe,
        resolve=lambda delivery, actor: services.replay_deliveries(deliveries=[delivery]),
        sees="partners.view_webhookdelivery",
        needs="partners.change_webhookdelivery",
        covers=states(DeliveryState.FAILED),
    )
)
