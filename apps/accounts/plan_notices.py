"""Mails to a store's owners when a limit of its plan comes near."""

from functools import partial

from django.conf import settings
from django.db import transaction

from apps.accounts.selectors import list_owners
from apps.notifications import services as notifications
from apps.notifications.letterhead import Letterhead
from apps.platform import services as platform
from apps.platform.selectors import current_url
from apps.platform.selectors.usage import DueNotice
from apps.tenancy.context import current_store


def mail_near_limit(notice: DueNotice) -> None:
    """One mail to each owner of the active store. Repeatable: the mail's reference is the month and the share, and the
    platform notes the notice after the mails are committed."""
    store = current_store()
    url = current_url("/admin/plan/")
    for owner in list_owners():
        notifications.send_mail_to(
            to=owner.email,
            template="plan_limit",
            context={
                "plan": notice.plan,
                "percent": notice.percent,
                "used": notice.used,
                "allowed": notice.allowed,
                "contact": settings.PLATFORM_CONTACT,
                "url": url,
            },
            language=store.language,
            message_ref=f"plan_limit:{notice.month:%Y-%m}:{notice.percent}:{owner.pk}",
            letterhead=Letterhead(url=current_url("/"), contact=settings.PLATFORM_CONTACT),
        )
    transaction.on_commit(partial(platform.note_notice, notice))
