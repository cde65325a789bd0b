"""Reading the bodies and times of outside systems: nothing that is sent may break more than itself."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from json import JSONDecodeError
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext

from apps.common.exact_json import read_json
from apps.inbox.errors import MalformedMessage
from apps.integrations.values import Payload

logger = logging.getLogger(__name__)

MOST_LEVELS: Final = 32
INDIA: Final = ZoneInfo("Asia/Kolkata")
_NOTHING: Final = frozenset({"", "na", "n/a", "null", "none"})
_YES: Final = frozenset({"1", "1.0", "true", "yes", "y", "on"})
_TOO_DEEP: Final = "depth limit"  # in the words of the library
_LARGEST: Final = 2**63


def read_payload(body: bytes) -> Payload:
    """A JSON object or list. Raises `MalformedMessage` with the reason."""
    try:
        payload = read_json(body)
    except (ValueError, RecursionError) as error:
        raise MalformedMessage(_why_unread(body, error)) from error
    if not isinstance(payload, dict | list):
        raise MalformedMessage(gettext("The body must be a JSON object or a list."))
    _require_flat(payload)
    return payload


def _why_unread(body: bytes, error: Exception) -> str:
    """For shop staff: what the library says is for programmers."""
    if not body.strip():
        return gettext("The body is empty.")
    try:
        body.decode()
    except UnicodeDecodeError:
        return gettext("The body is not text in UTF-8.")
    if not isinstance(error, JSONDecodeError) or _TOO_DEEP in str(error):
        return gettext("The JSON is nested too deeply.")
    place = {"line": error.lineno, "column": error.colno}
    return gettext("This is not valid JSON. See line %(line)s, letter %(column)s.") % place


def _require_flat(payload: Payload) -> None:
    level: list[Any] = [payload]
    for _ in range(MOST_LEVELS):
        level = [
            inner
            for each in level
            for inner in (each.values() if isinstance(each, dict) else each)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return
    raise MalformedMessage(gettext("The JSON is nested too deeply."))


@contextmanager
def reading() -> Iterator[None]:
    """Whatever a payload of another form breaks is a `MalformedMessage`. What exactly broke is in the log."""
    try:
        yield
    except KeyError as error:
        raise MalformedMessage(_missing(str(error.args[0]))) from error
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        logger.warning("A message has another form than expected", exc_info=error)
        raise MalformedMessage(gettext("The message has another form than expected.")) from error


def _missing(name: str) -> str:
    return gettext("The field %(field)s is missing.") % {"field": name[:80]}


def object_of(value: Any, *, name: str = "") -> dict[str, Any]:
    """Raises `MalformedMessage` for what is no JSON object; `name` is the field's, for people."""
    if isinstance(value, dict):
        return value
    if not name:
        raise MalformedMessage(gettext("A JSON object was expected."))
    if value is None:
        raise MalformedMessage(_missing(name))
    words = gettext("The field %(field)s must be a JSON object, or a list of them.")
    raise MalformedMessage(words % {"field": name})


def objects_of(value: Any, *, name: str = "") -> list[dict[str, Any]]:
    """One object, or a list of objects. Raises `MalformedMessage`."""
    given = value if isinstance(value, list) else [value]
    return [object_of(each, name=name) for each in given]


def field_of(row: Mapping[str, Any], name: str, limit: int = 120) -> str:
    """`text_of` a field of an object; its errors name the field."""
    return text_of(row.get(name), limit, name=name)


def text_of(value: Any, limit: int = 120, *, name: str = "") -> str:
    """A text or number as text; "" for null, "NA" and the like. Raises `MalformedMessage` for what is neither, or longer;
    `name` is the field's, for people."""
    if value is None or isinstance(value, bool):
        return ""
    if not isinstance(value, str | int | float):
        words = (
            gettext("The field %(field)s must be a text or a number.")
            if name
            else gettext("A text or a number was expected.")
        )
        raise MalformedMessage(words % {"field": name})
    text = str(value).replace("\x00", "").strip()
    if len(text) > limit:
        words = (
            gettext("The field %(field)s is too long: %(text)s")
            if name
            else gettext("A text is too long: %(text)s")
        )
        raise MalformedMessage(words % {"field": name, "text": f"{text[:40]}…"})
    return "" if text.casefold() in _NOTHING else text


def short_text_of(value: Any, most: int) -> str:
    """The same for words beside the point: they never refuse a message. What is too long is cut, what is no text left out."""
    try:
        return text_of(value, limit=100_000)[:most]
    except MalformedMessage:
        return ""


def flag_of(value: Any, *, unsaid: bool = False) -> bool:
    """`true`, `1`, `"1"` and `"True"` are yes; `"false"`, `0`, `"0"`, an empty text and what is no flag are no. Null is
    `unsaid`."""
    if value is None or isinstance(value, bool):
        return unsaid if value is None else value
    return short_text_of(value, 10).casefold() in _YES


def moment_in_india(value: Any, *, name: str = "") -> datetime | None:
    """`2026-11-22 11:05:00`, with a T between, or with a Z that is wrong at both systems: Indian time. In UTC; None for an
    empty or zero time, and for what is no time."""
    text = text_of(value, limit=300, name=name).replace("Z", "").replace("T", " ")
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    if found.tzinfo is None:
        found = found.replace(tzinfo=INDIA)
    try:
        return found.astimezone(UTC)
    except OverflowError:
        return None


def storable(value: Any) -> Any:
    """A payload as a document can hold it: whole numbers beyond 64 bits become text, NUL characters go, and names that
    begin with `$`, which are operators there, get a line before them."""
    if isinstance(value, Mapping):
        return {_name_of(name): storable(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [storable(each) for each in value]
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, int) and not -_LARGEST <= value < _LARGEST:
        return str(value)
    return value


def _name_of(name: Any) -> str:
    text = str(name).replace("\x00", "")
    return f"_{text}" if text.startswith("$") else text
