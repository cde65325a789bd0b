"""What is different for the next attempt of a delivery: its day, another phone number, another address in the same region."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext

from apps.common.addresses import NotPhone, check_address, clean_phone
from apps.common.clock import today
from apps.common.errors import InvalidInput
from apps.common.text import NotText
from apps.orders.models import Order

_MOST_DAYS: Final = 60


def check_day(on: date | None) -> None:
    """Raises `InvalidInput` for a day that is over or far away."""
    if on is not None and not 0 <= (on - today()).days <= _MOST_DAYS:
        sentence = gettext("Choose a day of the next %(most)s days.") % {"most": _MOST_DAYS}
        raise InvalidInput(fields={"on": [sentence]})


def find_redirection(order: Order, phone: str, address: Mapping[str, Any] | None) -> dict[str, Any]:
    """What is different from the order's address, in its normal form. Raises `InvalidInput` by field."""
    before, found = order.shipping_address, {}
    errors: dict[str, list[str]] = {}
    if phone:
        try:
            found["phone"] = clean_phone(phone, str(before.get("country", "")))
        except (NotPhone, NotText) as error:
            errors["phone"] = [str(error)]
    typed = {name: value for name, value in (address or {}).items() if value}
    if typed:
        place = {name: before.get(name, "") for name in ("name", "country", "region")}
        checked = check_address({**before, **typed, **place}, errors=errors)
        found |= {name: checked.get(name, "") for name in ("line1", "line2", "city", "postal_code")}
    if errors:
        raise InvalidInput(fields=errors)
    return found
