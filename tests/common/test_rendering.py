"""orjson writes what REST framework's renderer writes, byte for byte."""

import enum
import math
from collections import OrderedDict, namedtuple
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db.models import TextChoices
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import ErrorDetail
from rest_framework.renderers import JSONRenderer

from apps.common.api.rendering import JsonRenderer, RenderedJson
from apps.common.money import money_json


class Kind(TextChoices):
    TEA = "tea", "Tea"


Point = namedtuple("Point", "x y")

VALUES: dict[str, Any] = {
    "money": [money_json(49900, "INR"), money_json(500, "JPY"), money_json(1, "BHD")],
    "decimal": [Decimal("499.00"), Decimal("0.1"), Decimal(7)],
    "numbers": [0, -1, 2**53, 2**63, 2**64 + 1, -(2**70), 1.0, 0.1, 1e15, True, None],
    "moments": [
        datetime(2026, 11, 29, 12, 0, tzinfo=UTC),
        datetime(2026, 11, 29, 12, 0, 0, 123456, tzinfo=UTC),
        datetime(2026, 11, 29, 12, 0),
        datetime(2026, 11, 29, tzinfo=timezone(timedelta(hours=5, minutes=30))),
        date(2026, 11, 29),
        time(12, 30),
        timedelta(minutes=90),
    ],
    "texts": [
        "Žluťoučký कुर्ता 🍵",
        '\x00\x1f\x7f"\\/\b\f\n\r\t',
        "</script>&<!--",
        "line\u2028 paragraph\u2029 dash\u2014",
        mark_safe("<b>"),
        gettext_lazy("Cart"),
        ErrorDetail("no", code="invalid"),
        Kind.TEA,
    ],
    "ids": UUID("01a22745-10a0-7c7c-937b-1b790be99706"),
    "shapes": [(1, 2), Point(1, 2), OrderedDict(b=1, a=2), {}, [], iter((1, 2)), b"bytes"],
    "keys": {7: "a", True: "b", None: "c", 1.5: "d"},
    "choices": {Kind.TEA: 1},
}


@pytest.mark.parametrize("name", VALUES)
def test_the_same_bytes(name: str) -> None:
    value = VALUES[name]
    if name == "shapes":
        value = [one for one in value if not hasattr(one, "__next__")]
    for one in [value, *(value if isinstance(value, list) else [])]:
        assert JsonRenderer().render({"v": one}) == JSONRenderer().render({"v": one})


@pytest.mark.parametrize("value", [None, "", 0, [], {}])
def test_nothing_is_nothing(value: Any) -> None:
    assert JsonRenderer().render(value) == JSONRenderer().render(value)


def test_a_wish_for_an_indent_is_heard() -> None:
    wished = "application/json; indent=2"
    value = {"a": [1]}
    assert JsonRenderer().render(value, wished) == JSONRenderer().render(value, wished)
    context = {"indent": 4}
    assert JsonRenderer().render(value, None, context) == JSONRenderer().render(
        value, None, context
    )


def test_what_is_no_json_is_refused_as_before() -> None:
    @dataclass
    class Secret:
        word: str

    class Colour(enum.Enum):
        RED = object()

    for value in (Secret("x"), Colour.RED, object()):
        with pytest.raises(TypeError):
            JSONRenderer().render({"v": value})
        with pytest.raises(TypeError):
            JsonRenderer().render({"v": value})
    with pytest.raises(UnicodeEncodeError):
        JsonRenderer().render({"v": "\ud800"})


def test_a_number_that_is_none_is_null() -> None:
    """REST framework refuses the whole answer."""
    assert JsonRenderer().render({"v": [math.nan, math.inf]}) == b'{"v":[null,null]}'


def test_rendered_text_is_given_as_it_is() -> None:
    assert JsonRenderer().render(RenderedJson(b'{"a":1}'), "application/json") == b'{"a":1}'
