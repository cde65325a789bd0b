"""A gift card as a page to print. Its code comes from the person who knows it: the store has a hash."""

from typing import Any, Final

from babel.dates import format_date
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from apps.common.habits import language_shown, spelling_of
from apps.common.money import format_money, from_minor
from apps.common.places import locale_of
from apps.content.selectors import ThemeView
from apps.giftcards.codes import in_groups
from apps.giftcards.models import GiftCard
from apps.invoices.printing.rendering import find_missing
from apps.invoices.printing.values import look
from apps.platform.selectors import current_url
from apps.tenancy.context import current_store

_LARGE: Final = (160, 14)  # up to so many signs, and the size of their letters
_SMALL: Final = 10
_MOST_LINES: Final = 8


def gift_card_values(card: GiftCard, code: str, theme: ThemeView) -> dict[str, Any]:
    """What `gift_card.typ` prints, in the language of its mail: what is on the card now, and what its giver wrote."""
    store = current_store()
    spoken = language_shown(card.language or store.language, otherwise=store.language)
    locale = str(locale_of(spoken))
    lines = card.message.splitlines()
    message = lines if len(lines) <= _MOST_LINES else [" ".join(lines)]
    is_short = len(card.message) <= _LARGE[0] and len(message) <= _MOST_LINES // 2
    with translation.override(spelling_of(spoken, store.country)):
        return {
            **look(theme, spoken),
            "shop": store.name,
            "title": gettext("Gift card"),
            "amount": format_money(from_minor(card.balance_minor, card.currency), locale),
            "people": _printable(_people(card)),
            "message": [_printable(line) for line in message],
            "message_size": _LARGE[1] if is_short else _SMALL,
            "code": in_groups(code),
            "words": _words(card, locale),
        }


def _people(card: GiftCard) -> str:
    names = {"recipient": card.recipient_name, "sender": card.sender_name}
    if card.recipient_name and card.sender_name:
        return gettext("For %(recipient)s, from %(sender)s") % names
    if card.recipient_name:
        return gettext("For %(recipient)s") % names
    return gettext("From %(sender)s") % names if card.sender_name else ""


def _words(card: GiftCard, locale: str) -> list[str]:
    page = current_url(reverse("storefront:gift_card", urlconf=settings.STORE_URLCONF))
    ends = card.expires_on and format_date(card.expires_on, format="long", locale=locale)
    return [
        gettext("Type the code at checkout; what is left stays on the card."),
        *([gettext("It can be used until %(day)s.") % {"day": ends}] if ends else []),
        gettext("What is left on it: %(page)s") % {"page": page},
    ]


def _printable(text: str) -> str:
    """Without signs that no font has, such as emoji."""
    missing = find_missing(text)
    return "".join(sign for sign in text if sign not in missing)
