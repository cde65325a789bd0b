"""The mail that brings a gift card's code."""

from datetime import date

from babel.dates import format_date
from django.conf import settings
from django.urls import reverse

from apps.common.habits import language_shown
from apps.common.money import format_money, from_minor
from apps.common.places import locale_of
from apps.content.letterheads import letterhead_of
from apps.giftcards.models import GiftCard
from apps.notifications import services as notifications
from apps.platform.selectors import get_store, store_url
from apps.tenancy.context import current_store


def mail_card(card: GiftCard, code: str, *, about: str, language: str = "") -> None:
    """Once for each `about`. The row of the mail forgets the code as soon as the mail has left."""
    store = get_store(current_store().id)
    spoken = language_shown(language or store.language, otherwise=store.language)
    page = reverse("storefront:gift_card", urlconf=settings.STORE_URLCONF)
    notifications.send_mail_to(
        to=card.recipient_email,
        template="gift_card",
        context={
            "amount": format_money(
                from_minor(card.balance_minor, card.currency), str(locale_of(spoken))
            ),
            "code": code,
            "message": card.message,
            "recipient": card.recipient_name,
            "sender": card.sender_name,
            "expires_on": _day(card.expires_on, spoken),
            "url": store_url(store, page),
        },
        language=spoken,
        message_ref=f"gift_card:{about}",
        secret=code,
        letterhead=letterhead_of(store),
    )


def _day(day: date | None, language: str) -> str:
    return format_date(day, format="long", locale=str(locale_of(language))) if day else ""
