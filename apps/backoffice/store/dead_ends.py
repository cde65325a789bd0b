"""What goes no further by itself, on one page: each row with what, since when, why, and one button."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext

from apps.backoffice.base import sentence_of, staff_actor
from apps.backoffice.posting import posted
from apps.backoffice.sites import store_admin
from apps.common.errors import DomainError
from apps.orders.models import Order
from apps.platform.dead_ends import (
    MOST_SHOWN,
    Kind,
    dead_end,
    dismiss_dead_end,
    list_dead_ends,
    resolve_dead_end,
)

PAGE = "store_admin:orders_order_decisions"


def count_dead_ends(request: HttpRequest) -> int:
    """Those that this person may see: one statement for each kind."""
    return sum(kind.found.count() for kind in _seen_by(request))


def dead_ends_view(request: HttpRequest) -> HttpResponse:
    kinds = _seen_by(request)
    if not kinds:
        raise PermissionDenied
    found = [(kind, list_dead_ends(kind)) for kind in kinds]
    numbers = _numbers_of(found) if request.user.has_perm("orders.view_order") else {}
    context = {
        **store_admin.each_context(request),
        "title": gettext("Needs a decision"),
        "opts": Order._meta,
        "groups": [_present(request, kind, rows, numbers) for kind, rows in found if rows],
    }
    return TemplateResponse(request, "backoffice/dead_ends.html", context)


@posted(PAGE)
def press_view(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """A row that was settled meanwhile is said to be settled: pressing twice is one action."""
    kind = dead_end.items().get(code)
    dismisses = "dismiss" in request.POST
    if kind is None or (kind.dismissal if dismisses else kind.resolve) is None:
        raise Http404
    if not (request.user.has_perm(kind.sees) and request.user.has_perm(kind.needs)):
        raise PermissionDenied
    try:
        outcome = (
            dismiss_dead_end(kind=kind, key=key)
            if dismisses
            else resolve_dead_end(kind=kind, key=key, actor=staff_actor(request))
        )
    except DomainError as error:
        messages.error(request, sentence_of(error))
        return HttpResponseRedirect(reverse(PAGE))
    if outcome.is_gone:
        messages.info(request, gettext("This is settled already."))
    elif outcome.left is not None:
        tried = gettext("It was tried again and is not settled: %(why)s")
        messages.warning(request, tried % {"why": outcome.left.why})
    else:
        messages.success(request, gettext("Done."))
    return HttpResponseRedirect(reverse(PAGE))


def _seen_by(request: HttpRequest) -> list[Kind]:
    return [kind for kind in dead_end if request.user.has_perm(kind.sees)]


def _numbers_of(found: list[tuple[Kind, list[Any]]]) -> dict[Any, str]:
    """Order numbers by id: one statement."""
    ids = {row.order_id for _, rows in found for row in rows if row.order_id is not None}
    return dict(Order.objects.filter(pk__in=ids).values_list("pk", "number")) if ids else {}


def _present(
    request: HttpRequest, kind: Kind, rows: list[Any], numbers: dict[Any, str]
) -> dict[str, Any]:
    is_full = len(rows) == MOST_SHOWN
    return {
        "kind": kind,
        "count": kind.found.count() if is_full else len(rows),
        "is_full": is_full,
        "is_pressed": kind.resolve is not None,
        "rows": [{"row": row, "number": numbers.get(row.order_id, "")} for row in rows],
        "may": request.user.has_perm(kind.needs),
    }
