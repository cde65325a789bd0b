"""JSON of other systems, read without changing a number: an id that was sent as one stays the digits that were sent.

A float has 15 digits and a JSON number any. A number that 64 bits or a float would change, or that is written with an exponent
or with zeros before it, becomes the text that was sent.
"""

import json
import re
from decimal import Decimal
from typing import Any, Final

import orjson

_LARGEST: Final = 2**63
_SHORT: Final = 18  # digits that 64 bits always hold
_MOST_PLACES: Final = 100  # of an exponent: 1e999999999 stays as it was sent
# A text is passed over; a number with zeros before it is no JSON, though some systems send ids so.
_ZEROS_BEFORE: Final = re.compile(rb'"(?:[^"\\]|\\.)*"|(?<![\w.+-])-?0\d+(?![\w.+-])', re.DOTALL)


def read_json(body: bytes) -> Any:
    """Raises `ValueError` for what is no JSON, `RecursionError` for what is nested too deeply."""
    try:
        orjson.loads(
            body
        )  # stricter than the library below: UTF-8 alone, no halves of letters, no NaN
    except orjson.JSONDecodeError:
        quoted = _ZEROS_BEFORE.sub(_quoted, body)
        if quoted == body:
            raise
        body = quoted
        orjson.loads(body)
    return json.loads(body.decode(), parse_int=_whole, parse_float=_broken)


def _quoted(found: re.Match[bytes]) -> bytes:
    text = found[0]
    return text if text.startswith(b'"') else b'"%b"' % text


def _whole(text: str) -> int | str:
    if len(text) <= _SHORT:
        return int(text)
    if len(text) > _SHORT + 2:
        return text
    number = int(text)
    return number if -_LARGEST <= number < _LARGEST else text


def _broken(text: str) -> float | str:
    """`1.49e9` are ten digits."""
    try:
        exact = Decimal(text)
    except ArithmeticError:  # an exponent beyond all reason
        return text
    if "e" in text or "E" in text:
        return f"{exact:f}" if abs(exact.adjusted()) < _MOST_PLACES else text
    number = float(text)
    return number if Decimal(repr(number)) == exact else text
