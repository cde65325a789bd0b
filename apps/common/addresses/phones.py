"""Phone numbers in one form: `+919876543210`, with an extension `+918023456789;ext=12` as RFC 3966 writes it."""

import phonenumbers
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.common.errors import InvalidInput
from apps.common.text import clean_line

MAX_LENGTH = 32  # of the columns that hold a number
_MAX_EXTENSION = 10


class NotPhone(InvalidInput):
    """`str(error)` is a sentence for the field."""

    code = "invalid_phone"
    title = _("This is not a phone number.")


def clean_phone(text: object, country: str) -> str:
    """The number in its normal form, or "" for none. A number without `+` is one of that country.

    Digits of any script are read. Raises `NotPhone`, with an example of that country, and `NotText`.
    """
    typed = clean_line(text)
    if not typed:
        return ""
    try:
        number = phonenumbers.parse(typed, country.upper() or None)
    except phonenumbers.NumberParseException:
        raise NotPhone(_advice(country)) from None
    if not phonenumbers.is_valid_number(number):
        raise NotPhone(_advice(country))
    if len(number.extension or "") > _MAX_EXTENSION:
        raise NotPhone(
            gettext("An extension has at most %(max_extension)s digits.")
            % {"max_extension": _MAX_EXTENSION}
        )
    plain = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return f"{plain};ext={number.extension}" if number.extension else plain


def show_phone(phone: str) -> str:
    """A stored number in readable form: `+91 80 2345 6789 ext. 12`; other text unchanged."""
    try:
        number = phonenumbers.parse(phone, None)
    except phonenumbers.NumberParseException:
        return phone
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def _advice(country: str) -> str:
    number = phonenumbers.example_number_for_type(
        country.upper(), phonenumbers.PhoneNumberType.MOBILE
    ) or phonenumbers.example_number(country.upper())
    if number is None:
        return gettext(
            "This is not a phone number. Write it with the country's code, such as +44 20 7946 "
            "0018."
        )
    shapes = phonenumbers.PhoneNumberFormat
    local = phonenumbers.format_number(number, shapes.NATIONAL)
    abroad = phonenumbers.format_number(number, shapes.INTERNATIONAL)
    return gettext("This is not a phone number. Write it like %(local)s or %(abroad)s.") % {
        "local": local,
        "abroad": abroad,
    }
