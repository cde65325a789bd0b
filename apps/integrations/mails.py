"""Mails about connected systems, to the staff who may see them."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from apps.accounts.selectors import list_staff_who_may
from apps.common.moments import format_moment
from apps.common.places import locale_of
from apps.content.letterheads import letterhead_of
from apps.integrations.installed import integration_label
from apps.integrations.models import Integration
from apps.integrations.values import Incident
from apps.notifications import services as notifications
from apps.platform.selectors import get_store, store_url
from apps.tenancy.context import current_store

_SEES = "integrations.view_integration"
_PAGE = "store_admin:integrations_integration_change"


def mail_incident(row: Integration, incident: str, *, began: datetime, since: datetime) -> None:
    """One to each, for each incident that began then; "" says that it is over. Call it in a transaction."""
    store = get_store(current_store().id)
    page = reverse(_PAGE, args=[row.pk], urlconf=settings.STORE_URLCONF)
    moment = format_moment(timezone.localtime(since), str(locale_of(store.language)))
    context: dict[str, object] = {
        "system": integration_label(row.kind, row.environment),
        "since": moment,
        "url": store_url(store, page),
    }
    template = "integration_heard"
    if incident:
        template = "integration_silent"
        context["is_refused"] = incident == Incident.REFUSED
    for reader in list_staff_who_may(_SEES):
        notifications.send_mail_to(
            to=reader.email,
            template=template,
            context=context,
            language=store.language,
            message_ref=f"{template}:{row.pk.hex}:{began:%Y%m%d%H%M%S}:{reader.pk.hex}",
            letterhead=letterhead_of(store, with_contact=False),
        )
