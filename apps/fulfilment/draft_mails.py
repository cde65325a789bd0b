"""The mail with the link to an order that staff have prepared."""

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from apps.checkout.models import DraftOrder
from apps.common.moments import format_moment
from apps.common.money import format_money, from_minor
from apps.common.places import locale_of
from apps.content.letterheads import letterhead_of
from apps.notifications import services as notifications
from apps.platform.selectors import get_store, store_url
from apps.tenancy.context import current_store


def mail_draft(draft: DraftOrder) -> None:
    """Once for each time that it is sent. In the store's language: the buyer has not chosen one."""
    store, language = get_store(current_store().id), current_store().language
    locale = str(locale_of(language))
    page = reverse("storefront:draft", args=[draft.access_token], urlconf=settings.STORE_URLCONF)
    ends = timezone.localtime(draft.expires_at) if draft.expires_at else None
    notifications.send_mail_to(
        to=draft.email,
        template="order_draft",
        context={
            "total": format_money(from_minor(draft.total_minor or 0, draft.currency), locale),
            "ends": format_moment(ends, locale) if ends else "",
            "words": draft.note,
            "url": store_url(store, page),
            "lines": [
                {"title": line.title, "quantity": str(line.quantity)} for line in draft.lines.all()
            ],
        },
        language=language,
        message_ref=f"order_draft:{draft.pk}:{draft.version}:{draft.sent_at:%Y%m%d%H%M%S}",
        letterhead=letterhead_of(store),
    )
