"""A list of the admin as a table, CSV or XLSX: the rows that its filters and its search show."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import count
from tempfile import SpooledTemporaryFile
from typing import Any, Final, NamedTuple

from django.contrib import messages
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponseBase,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django_stubs_ext import StrOrPromise

from apps.common.clock import today
from apps.common.csv_files import write_row
from apps.common.xlsx_files import CONTENT_TYPE, write_xlsx
from apps.platform.auditing import note

_IN_MEMORY: Final = 1024 * 1024


class Table(NamedTuple):
    """`rows` yields the headings, then the rows. `page` is the list's address, `sees` the permission to read it."""

    name: str
    page: str
    sees: str
    rows: Callable[[QuerySet[Any]], Iterator[list[Any]]]
    most: int
    too_many: StrOrPromise


def table_answer(request: HttpRequest, admin: Any, table: Table) -> HttpResponseBase:
    """Of more than `most` rows a sentence above the list asks for a filter. GET only: staff of a suspended store read, and an
    export is noted."""
    if request.method != "GET":
        return HttpResponseNotAllowed(["GET"])
    if not request.user.has_perm(table.sees):
        raise PermissionDenied
    query = request.GET.copy()
    kind = query.pop("format", [""])[-1]
    request.GET = query  # type: ignore[assignment]  # the list reads its filters from there
    page = reverse(table.page)
    try:
        rows = admin.get_changelist_instance(request).get_queryset(request)
    except (IncorrectLookupParameters, DisallowedModelAdminLookup, ValidationError, ValueError):
        messages.error(request, gettext("This filter does not exist. Nothing was exported."))
        return HttpResponseRedirect(page)
    if rows.count() > table.most:
        messages.error(request, str(table.too_many) % {"most": table.most})
        return HttpResponseRedirect(f"{page}?{query.urlencode()}")
    return file_answer(table.name, table.rows(rows), kind, covers=f"{today():%Y-%m-%d}")


def note_export(name: str, **facts: Any) -> None:
    """Data has left as a file: what kind and how much, not which."""
    note("table.exported", name, after=facts)


def file_answer(table: str, rows: Iterable[list[Any]], kind: str, *, covers: str) -> FileResponse:
    """`rows` begin with the headings. `covers` is the day, or the days, in the file's name. The export is noted."""
    name, written = f"{table}-{covers}", count(-1)
    rows = (row for row, _number in zip(rows, written, strict=False))
    file = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  the answer closes it
    if kind == "xlsx":
        write_xlsx(file, {name: rows})  # type: ignore[arg-type]  # a binary file
        name, content_type = f"{name}.xlsx", CONTENT_TYPE
    else:
        file.write("\ufeff".encode())
        for row in rows:
            file.write(write_row(map(_plain, row)).encode())
        name, content_type = f"{name}.csv", "text/csv; charset=utf-8"
    note_export(table, rows=next(written))
    file.seek(0)
    answer = FileResponse(file, as_attachment=True, filename=name, content_type=content_type)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _plain(cell: Any) -> Any:
    """Moments by the store's clock."""
    return localtime(cell).isoformat(" ", "minutes") if isinstance(cell, datetime) else cell
