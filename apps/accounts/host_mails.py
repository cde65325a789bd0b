"""Mails to a store's owners about its hosts."""

from django.conf import settings
from django.db import transaction

from apps.accounts.selectors import list_owners
from apps.notifications import services as notifications
from apps.notifications.letterhead import Letterhead
from apps.platform.models import Domain
from apps.platform.selectors import store_url
from apps.platform.states import AT_REST
from apps.tenancy.context import system_scope, use_store


def mail_host_news(domain: Domain, *, what: str, ref: str) -> None:
    """One mail to each owner, once by `ref`; none for a store at rest. A store that does not answer is tried again by the
    outbox."""
    store = domain.tenant
    if store.status in AT_REST or store.is_sandbox:
        return
    with use_store(store), system_scope("hosts"), transaction.atomic():
        for owner in list_owners():
            notifications.send_mail_to(
                to=owner.email,
                template="host_news",
                context={
                    "host": domain.domain,
                    "is_expired": what == "expired",
                    "is_lost": what == "lost",
                    "is_taken": what == "taken",
                    "record_name": domain.record_name,
                    "record_value": domain.token,
                    "contact": settings.PLATFORM_CONTACT,
                    "url": store_url(store, "/admin/domains/"),
                },
                language=store.language,
                message_ref=f"{ref}:{owner.pk}",
                letterhead=Letterhead(url=store_url(store), contact=settings.PLATFORM_CONTACT),
            )
