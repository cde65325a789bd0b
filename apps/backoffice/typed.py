"""What people type into forms of the admin: pieces, amounts, keys. What is none is an error of its field."""

from typing import Final
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext

from apps.common.amounts import read_amount
from apps.common.errors import InvalidInput
from apps.common.money import to_minor
from apps.common.text import ascii_digits
from apps.tenancy.context import current_store

MOST_DIGITS: Final = 6


def read_count(text: str, field: str) -> int:
    """A number of pieces, in the digits of any script; nothing is 0. Raises `InvalidInput`."""
    digits = ascii_digits(text.strip())
    if not digits:
        return 0
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= MOST_DIGITS):
        wrong = gettext("%(value)s is not a number of pieces.") % {"value": digits[:20]}
        raise InvalidInput(fields={field: [wrong]})
    return int(digits)


def posted_count(request: HttpRequest, field: str) -> int:
    return read_count(request.POST.get(field, ""), field)


def read_money(text: str, currency: str, field: str) -> int:
    """An amount in minor units, as people of the store write it. Raises `InvalidInput`."""
    try:
        return to_minor(read_amount(text, currency, current_store().language))
    except InvalidInput as error:
        raise InvalidInput(fields={field: [str(error)]}) from error


def posted_amount(request: HttpRequest, currency: str, field: str = "amount") -> int:
    return read_money(request.POST.get(field, ""), currency, field)


def read_uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def posted_uuid(request: HttpRequest, field: str) -> UUID | None:
    return read_uuid(request.POST.get(field, ""))
