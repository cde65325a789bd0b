"""ClickPost books no parcel within India without the phone number of who gets it."""

from django.utils.translation import gettext

from apps.checkout.phones import carrier_phone
from apps.clickpost.client import KIND
from apps.clickpost.packing import INDIA, is_indian_phone, phone_digits
from apps.clickpost.selectors import get_settings
from apps.clickpost.states import Booker
from apps.integrations.selectors import is_connected
from apps.tenancy.context import system_scope


@carrier_phone
def clickpost_phone(phone: str, country: str) -> str:
    """The rule of the booking. One statement where a connected store has no such number, else none."""
    if country != INDIA or not is_connected(KIND) or is_indian_phone(phone_digits(phone, country)):
        return ""
    with system_scope("checkout"):  # a buyer sees no settings
        booker = get_settings().booker
    if booker == Booker.ELSEWHERE:
        return ""
    if not phone:
        return gettext("The carrier needs a phone number.")
    return gettext("The carrier needs an Indian phone number of 10 digits.")
