"""Serializer fields with strict types.

DRF's own fields convert types: `CharField` accepts a number, `BooleanField` accepts `"yes"`. A client that
sends the wrong type has a bug and gets an error.
"""

import re
from collections.abc import Callable
from datetime import UTC, tzinfo
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema_field
from moneyed import Money
from rest_framework import serializers

from apps.common.errors import DomainError
from apps.common.money import money_json, parse_amount, to_minor
from apps.common.text import NotText, clean_block, clean_code, clean_line
from apps.common.web import clean_email, clean_host, clean_web_address

_AMOUNT = re.compile(r"-?\d{1,15}(\.\d{1,4})?", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}")
MAX_WHOLE = 2_147_483_647

MONEY_SCHEMA = {
    "type": "object",
    "properties": {
        "amount": {"type": "string", "pattern": r"^-?\d{1,15}(\.\d{1,4})?$", "example": "499.00"},
        "currency": {"type": "string", "pattern": "^[A-Z]{3}$", "example": "INR"},
    },
    "required": ["amount", "currency"],
    "additionalProperties": False,
}


class MomentField(serializers.DateTimeField):
    """A moment in UTC, `2026-11-28T20:36:12.000000Z`, in every store: programs compare them as text."""

    def default_timezone(self) -> tzinfo:
        return UTC


class RawField(serializers.CharField):
    """Text that is stored unchanged: passwords, tokens, keys, HTML. Only text; a number is refused."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class LineField(serializers.CharField):
    """One line of text in its normal form."""

    clean: Callable[[Any], str] = staticmethod(clean_line)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        try:
            text = self.clean(data)
        except NotText as error:
            raise serializers.ValidationError(str(error), code="invalid") from error
        if not text and not self.allow_blank:
            self.fail("blank")
        return text


class BlockField(LineField):
    """Text of several lines in its normal form."""

    clean = staticmethod(clean_block)


class CodeField(LineField):
    """A code, a reference, a number from another system: digits and dashes in ASCII."""

    clean = staticmethod(clean_code)


@extend_schema_field({"type": "string", "format": "email", "maxLength": 254})
class EmailField(LineField):
    """An e-mail address in lower case, its host in ASCII."""

    clean = staticmethod(clean_email)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 254, **kwargs})


class WebAddressField(LineField):
    """An address of a page, its host in ASCII."""

    clean = staticmethod(clean_web_address)


class HostField(LineField):
    """A host, in ASCII."""

    clean = staticmethod(clean_host)


class IdField(serializers.UUIDField):
    """An id as text. REST framework's own field makes one of any number."""

    def to_internal_value(self, data: Any) -> UUID:
        if not isinstance(data, str):
            self.fail("invalid", value=data)
        return super().to_internal_value(data)


class WholeField(serializers.IntegerField):
    """A JSON integer, within 32 bits by default."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("min_value", 0)
        kwargs.setdefault("max_value", MAX_WHOLE)
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, float) and data.is_integer() and abs(data) <= MAX_WHOLE:
            return int(data)
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("invalid")
        return data


class FlagField(serializers.BooleanField):
    """true or false."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


@extend_schema_field(MONEY_SCHEMA)
class MoneyField(serializers.Field):
    """`{"amount": "499.00", "currency": "INR"}` in and out. In code: `Money`."""

    default_error_messages = {
        "invalid": 'Write money as {{"amount": "499.00", "currency": "INR"}}.',
        "negative": "This must not be negative.",
    }

    def __init__(self, *, allow_negative: bool = False, **kwargs: Any) -> None:
        self.allow_negative = allow_negative
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> Money:
        if not isinstance(data, dict) or set(data) != {"amount", "currency"}:
            self.fail("invalid")
        amount, currency = data["amount"], data["currency"]
        if not isinstance(amount, str) or not _AMOUNT.fullmatch(amount):
            self.fail("invalid")
        if not isinstance(currency, str) or not _CURRENCY.fullmatch(currency):
            self.fail("invalid")
        try:
            money = parse_amount(amount, currency)
        except DomainError as error:
            raise serializers.ValidationError(str(error)) from error
        if money.amount < 0 and not self.allow_negative:
            self.fail("negative")
        return money

    def to_representation(self, value: Money) -> dict[str, str]:
        return money_json(to_minor(value), value.currency.code)
