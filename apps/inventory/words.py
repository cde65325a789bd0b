"""What buyers read about pieces that come later."""

from datetime import date

from babel.dates import format_date
from django.utils.translation import gettext

from apps.inventory.queue import Waiting


def words_for_later(*, is_preorder: bool, expected_on: date | None, locale: str) -> str:
    """Of a variant, or of a line of which all pieces come later."""
    if expected_on is None:
        return gettext("On backorder: sent when it arrives")
    day = {"day": format_date(expected_on, format="long", locale=locale)}
    if is_preorder:
        return gettext("Pre-order: sent from %(day)s") % day
    return gettext("On backorder: expected on %(day)s") % day


def words_for_awaited(waiting: Waiting, ordered: int, locale: str) -> str:
    """Of a line: which of its pieces come later."""
    if waiting.quantity >= ordered:
        return words_for_later(
            is_preorder=waiting.is_preorder, expected_on=waiting.expected_on, locale=locale
        )
    facts: dict[str, object] = {"pieces": waiting.quantity, "ordered": ordered}
    if waiting.expected_on is None:
        return gettext("%(pieces)s of %(ordered)s on backorder: sent when they arrive") % facts
    facts["day"] = format_date(waiting.expected_on, format="long", locale=locale)
    if waiting.is_preorder:
        return gettext("%(pieces)s of %(ordered)s as a pre-order: sent from %(day)s") % facts
    return gettext("%(pieces)s of %(ordered)s on backorder: expected on %(day)s") % facts
