"""The mail to a store's owners when a visit begins."""

from django.conf import settings
from django.utils.timezone import localtime

from apps.accounts.selectors import list_owners
from apps.accounts.visitors import VisitingPerson
from apps.common.moments import format_moment
from apps.common.places import locale_of
from apps.notifications import services as notifications
from apps.notifications.letterhead import Letterhead
from apps.platform.selectors import current_url
from apps.tenancy.context import current_store


def mail_owners(visiting: VisitingPerson) -> None:
    """One to each owner, in the open transaction of the active store."""
    store, visit = current_store(), visiting.visit
    until = (
        ""
        if visit.until is None
        else format_moment(localtime(visit.until), str(locale_of(store.language)))
    )
    for owner in list_owners():
        notifications.send_mail_to(
            to=owner.email,
            template="store_visit",
            context={
                "who": visiting.label,
                "reason": visit.reason,
                "until": until,
                "may_change": visiting.may_change,
                "contact": settings.PLATFORM_CONTACT,
                "url": current_url("/admin/support-access/"),
            },
            language=store.language,
            message_ref=f"store_visit:{visit.pk}:{owner.pk}",
            letterhead=Letterhead(url=current_url("/"), contact=settings.PLATFORM_CONTACT),
        )
