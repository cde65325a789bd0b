"""Cursor pagination: a cursor is a position in the order, not a page number. So changes of rows cause neither gaps nor
duplicates, and page 1,000 costs as much as page 1."""

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

from apps.common.api.fields import RawField
from apps.common.api.serializers import StrictSerializer
from apps.common.errors import InvalidInput

DEFAULT_LIMIT = 24
MAX_LIMIT = 100
MAX_CURSOR = 2_000  # of 200 characters of any script, four bytes each, in base 64

Row = TypeVar("Row", bound=Model)
FORWARD, BACK = "n", "p"


class InvalidCursor(InvalidInput):
    """The cursor was altered, or belongs to another list."""

    code = "invalid_cursor"
    title = _("This cursor is not valid here. Start again without one.")


class PageQuery(StrictSerializer):
    """The query parameters of every list; lists with filters derive from it."""

    limit = serializers.IntegerField(
        min_value=1, max_value=MAX_LIMIT, default=DEFAULT_LIMIT, help_text="How many at most."
    )
    cursor = RawField(
        max_length=MAX_CURSOR, required=False, help_text="From `next` or `previous` of an answer."
    )


@dataclass(frozen=True)
class Slice(Generic[Row]):
    """The rows of one page, with the cursors of its neighbours (None: no further page)."""

    rows: list[Row]
    next: str | None
    previous: str | None

    def present(self, request: Request, present: Callable[[Row], dict[str, Any]]) -> dict[str, Any]:
        """The response of a list: `results`, and links to the next and previous page."""
        return {
            "next": page_link(request, self.next),
            "previous": page_link(request, self.previous),
            "results": [present(row) for row in self.rows],
        }


def slice_rows(
    rows: QuerySet[Row], *, limit: int, cursor: str | None, order: str = "-pk", alias: str = ""
) -> Slice[Row]:
    """Up to `limit` rows in the order of one field, ties by key: one query.

    `order` is a field name, `-` in front for descending; `alias` names the sort in the cursor, so that a cursor of
    one sort is refused by another. The field must not be null.
    """
    field, descending = order.removeprefix("-"), order.startswith("-")
    direction, position = _decode(cursor, alias) if cursor else (FORWARD, None)
    backwards = direction == BACK
    down = descending != backwards
    if position is not None:
        rows = _after(rows, field, position, down)
    sign = "-" if down else ""
    keys = [f"{sign}pk"] if field == "pk" else [f"{sign}{field}", f"{sign}pk"]
    try:
        found = list(rows.order_by(*keys)[: limit + 1])
    except (ValidationError, ValueError, TypeError) as error:
        raise InvalidCursor from error
    more, page = len(found) > limit, found[:limit]
    if backwards:
        page.reverse()
    has_next, has_previous = (True, more) if backwards else (more, position is not None)
    ends = (page[-1], page[0]) if page else (None, None)
    return Slice(
        rows=page,
        next=_encode(FORWARD, alias, field, ends[0]) if has_next and ends[0] else None,
        previous=_encode(BACK, alias, field, ends[1]) if has_previous and ends[1] else None,
    )


Place = tuple[int | str | None, str]


class ReadPlaces(Protocol):
    """Reads up to `length` places of an order: value and key, behind one or, backwards, before it, nearest first.

    Raises `TypeError` or `ValueError` for a place of another order.
    """

    def __call__(self, *, place: Place | None, length: int, backwards: bool) -> list[Place]: ...


@dataclass(frozen=True)
class Part:
    """Keys of one answer's rows, with the cursors of what stands around them."""

    keys: list[str]
    next: str | None
    previous: str | None


def slice_places(read: ReadPlaces, *, limit: int, cursor: str | None, alias: str) -> Part:
    """Like `slice_rows`, over an order that is kept elsewhere than its rows: one read."""
    direction, position = _decode(cursor, alias) if cursor else (FORWARD, None)
    backwards = direction == BACK
    place: Place | None = (position[0], position[1]) if position is not None else None
    try:
        found = read(place=place, length=limit + 1, backwards=backwards)
    except (TypeError, ValueError) as error:
        raise InvalidCursor from error
    more, places = len(found) > limit, found[:limit]
    if backwards:
        places.reverse()
    has_next, has_previous = (True, more) if backwards else (more, position is not None)
    return Part(
        keys=[key for _value, key in places],
        next=_pack(FORWARD, alias, *places[-1]) if places and has_next else None,
        previous=_pack(BACK, alias, *places[0]) if places and has_previous else None,
    )


def _after(rows: QuerySet[Row], field: str, position: list[Any], down: bool) -> QuerySet[Row]:
    compare = "lt" if down else "gt"
    value, key = position
    try:
        key = rows.model._meta.pk.to_python(key)
        if field == "pk":
            return rows.filter(**{f"pk__{compare}": key})
        later = Q(**{f"{field}__{compare}": value})
        return rows.filter(later | Q(**{field: value, f"pk__{compare}": key}))
    except (ValidationError, ValueError, TypeError) as error:
        raise InvalidCursor from error


def _encode(direction: str, alias: str, field: str, row: Model) -> str:
    return _pack(direction, alias, None if field == "pk" else _value(row, field), str(row.pk))


def _pack(direction: str, alias: str, value: Any, key: str) -> str:
    text = json.dumps([direction, alias, value, key], separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _value(row: Any, path: str) -> Any:
    for name in path.split("__"):
        row = row[name] if isinstance(row, dict) else getattr(row, name)
    return row


def _decode(cursor: str, alias: str) -> tuple[str, list[Any]]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        parts = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError) as error:
        raise InvalidCursor from error
    fits = (
        isinstance(parts, list)
        and len(parts) == 4
        and parts[0] in (FORWARD, BACK)
        and parts[1] == alias
        and isinstance(parts[2], int | str | None)
        and isinstance(parts[3], str)
        and "\x00" not in f"{parts[2]}{parts[3]}"
        and not (isinstance(parts[2], int) and abs(parts[2]) > 2**53)
    )
    if not fits:
        raise InvalidCursor
    return parts[0], [parts[2], parts[3]]


def page_link(request: Request, cursor: str | None) -> str | None:
    """The address of another part of the same list."""
    if cursor is None:
        return None
    return replace_query_param(request.build_absolute_uri(), "cursor", cursor)
