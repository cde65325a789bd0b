"""Mails about webhooks to the staff of a store."""

from django.conf import settings
from django.urls import reverse

from apps.accounts.selectors import list_staff_who_may
from apps.content.letterheads import letterhead_of
from apps.notifications import services as notifications
from apps.partners.models import WebhookEndpoint
from apps.platform.selectors import get_store, store_url
from apps.tenancy.context import current_store


def mail_switched_off(endpoint: WebhookEndpoint) -> None:
    """To all who may change endpoints: once for each time it is switched off."""
    store = get_store(current_store().id)
    name = "store_admin:partners_webhookendpoint_change"
    page = reverse(name, args=[endpoint.pk], urlconf=settings.STORE_URLCONF)
    since = endpoint.failing_since
    moment = f"{since:%Y%m%d%H%M%S}" if since else ""
    for reader in list_staff_who_may("partners.change_webhookendpoint"):
        notifications.send_mail_to(
            to=reader.email,
            template="webhook_switched_off",
            context={
                "address": endpoint.url,
                "reason": endpoint.state_reason,
                "url": store_url(store, page),
            },
            language=store.language,
            message_ref=f"webhook_switched_off:{endpoint.pk.hex}:{moment}:{reader.pk.hex}",
            letterhead=letterhead_of(store, with_contact=False),
        )
