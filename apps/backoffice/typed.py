"""What people type into forms of the admin: pieces, amounts, keys. What is none is an error of its field."""

from datetime import date
from typing import Final
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext

from apps.common.amounts import read_amount
from apps.common.errors import InvalidInput
from apps.common.money import to_minor
from apps.common.text import ascii_digits, whole_number
from apps.tenancy.context import current_store

MOST_PIECES: Final = 999_999
# Of versions and counts that a form carries along
MOST_SEEN: Final = 99_999_999


def read_count(text: str, field: str) -> int:
    """A number of pieces, in the digits of any script; nothing is 0. Raises `InvalidInput`."""
    if not text.strip():
        return 0
    count = whole_number(text, most=MOST_PIECES)
    if count is None:
        wrong = gettext("%(value)s is not a number of pieces.") % {"value": text.strip()[:20]}
        raise InvalidInput(fields={field: [wrong]})
    return count


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


def read_day(text: str, field: str) -> date | None:
    """A day such as 2026-11-30, in the digits of any script; None for nothing. Raises `InvalidInput`."""
    typed = ascii_digits(text.strip())
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        wrong = gettext("This is not a day, such as 2026-11-30.")
        raise InvalidInput(fields={field: [wrong]}) from None


def read_uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def posted_uuid(request: HttpRequest, field: str) -> UUID | None:
    return read_uuid(request.POST.get(field, ""))
