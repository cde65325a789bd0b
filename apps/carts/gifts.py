"""The details of a gift card in a cart: for whom it is, from whom, when it is sent, and an amount that the buyer chose.

A line keeps them as JSON, and so does the order. Lines of the same card with other details are other lines.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.utils.translation import gettext

from apps.carts.errors import InvalidGift
from apps.catalog.selectors import SaleableLine
from apps.common.clock import today
from apps.common.money import format_money, from_minor
from apps.common.text import has_letter
from apps.common.typed_text import Block, Email, Kind, Line, clean_texts
from apps.tenancy.context import current_store

MOST_NAME: Final = 120
MOST_MESSAGE: Final = 500
FURTHEST: Final = timedelta(days=365)
_TEXTS: Final[Mapping[str, Kind]] = {
    "recipient_name": Line(MOST_NAME),
    "recipient_email": Email(),
    "sender_name": Line(MOST_NAME),
    "message": Block(MOST_MESSAGE),
}
_NAMES: Final = ("recipient_name", "sender_name")


@dataclass(frozen=True, kw_only=True)
class GiftDetails:
    """As a buyer types them. Without an address the card goes to the buyer, without a day at once, without an amount it is
    that of the variant."""

    recipient_name: str = ""
    recipient_email: str = ""
    sender_name: str = ""
    message: str = ""
    deliver_on: date | None = None
    amount_minor: int | None = None

    @classmethod
    def read(cls, stored: Mapping[str, Any] | None) -> GiftDetails:
        """As a line keeps them."""
        values = dict(stored or {})
        if day := values.get("deliver_on"):
            values["deliver_on"] = date.fromisoformat(day)
        return cls(**values)

    def as_json(self) -> dict[str, Any]:
        """What was typed; what is empty is left out."""
        values = {**vars(self)}
        if self.deliver_on is not None:
            values["deliver_on"] = self.deliver_on.isoformat()
        return {name: value for name, value in values.items() if value}


NO_DETAILS: Final = GiftDetails()


def check_gift(given: GiftDetails | None, item: SaleableLine) -> dict[str, Any] | None:
    """The details in their normal form; None for what is no gift card. Raises `InvalidGift` with every wrong field."""
    if not item.is_gift_card:
        if given is not None and given != NO_DETAILS:
            raise InvalidGift(gettext("This is not a gift card: it has no recipient."))
        return None
    given = given or NO_DETAILS
    texts = clean_texts(vars(given), _TEXTS, InvalidGift)
    wrong: dict[str, list[str]] = {}
    for name in _NAMES:
        if texts[name] and not has_letter(texts[name]):
            wrong[name] = [gettext("A name has letters.")]
    if sentence := _wrong_day(given.deliver_on):
        wrong["deliver_on"] = [sentence]
    if sentence := _wrong_amount(given.amount_minor, item):
        wrong["amount"] = [sentence]
    if wrong:
        raise InvalidGift(
            " ".join(each for found in wrong.values() for each in found), fields=wrong
        )
    checked = GiftDetails(**texts, deliver_on=given.deliver_on, amount_minor=given.amount_minor)
    return checked.as_json()


def is_amount_offered(stored: Mapping[str, Any] | None, item: SaleableLine) -> bool:
    """Whether the amount that the buyer chose can still be chosen."""
    return not _wrong_amount(GiftDetails.read(stored).amount_minor, item)


def at_gift_amount(item: SaleableLine, stored: Mapping[str, Any] | None) -> SaleableLine:
    """The card at the amount that its buyer chose, if they chose one."""
    amount = (stored or {}).get("amount_minor")
    return item.at_amount(amount) if amount and item.is_gift_card else item


def _wrong_day(day: date | None) -> str:
    """Days are those of the store."""
    if day is None:
        return ""
    if day < today():
        return gettext("Choose today or a later day.")
    if day > today() + FURTHEST:
        return gettext("Choose a day within a year.")
    return ""


def _wrong_amount(amount_minor: int | None, item: SaleableLine) -> str:
    if amount_minor is None:
        return ""
    if item.own_amounts is None:
        return gettext("Choose one of the amounts of this gift card.")
    least, most = item.own_amounts
    if least <= amount_minor <= most:
        return ""
    language = current_store().language
    return gettext("Choose an amount from %(least)s to %(most)s.") % {
        "least": format_money(from_minor(least, item.currency), language),
        "most": format_money(from_minor(most, item.currency), language),
    }
