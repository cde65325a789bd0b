"""Mails to a store's owners when the platform suspends, reinstates or archives it."""

import structlog
from django.conf import settings
from django.db import DatabaseError, transaction

from apps.accounts.models import User
from apps.accounts.selectors import list_owners
from apps.common.errors import DomainError
from apps.common.ids import new_id
from apps.notifications import services as notifications
from apps.notifications.letterhead import Letterhead
from apps.operations.store_status import StatusChange, when_status_changes
from apps.platform.models import Store
from apps.platform.selectors import store_url
from apps.tenancy.connections import StoreUnreachable
from apps.tenancy.context import system_scope, use_store

log = structlog.get_logger(__name__)


@when_status_changes
def mail_owners(store: Store, change: StatusChange, reason: str) -> None:
    """In the store's own name and database. A store that does not answer, or is paused, gets no mail: the log says so."""
    try:
        with system_scope("platform"), use_store(store), transaction.atomic():
            about = new_id()
            for owner in list_owners():
                _mail(owner, store, change, reason, f"store_status:{about}:{owner.pk}")
    except (DomainError, DatabaseError, StoreUnreachable) as error:
        log.warning(
            "The owners were not notified.",
            store=store.slug,
            change=change,
            error=type(error).__name__,
        )


def _mail(owner: User, store: Store, change: StatusChange, reason: str, ref: str) -> None:
    admin_is_open = change != StatusChange.ARCHIVED
    notifications.send_mail_to(
        to=owner.email,
        template="store_status",
        context={
            "change": str(change),
            "reason": reason,
            "contact": settings.PLATFORM_CONTACT,
            "url": store_url(store, "/admin/") if admin_is_open else "",
        },
        language=store.language,
        message_ref=ref,
        letterhead=Letterhead(url=store_url(store), contact=settings.PLATFORM_CONTACT),
    )
