"""The desk of parcels that did not reach their buyers: failed attempts, returns to origin, and those that stand still, were not
picked up, are lost or damaged."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.backoffice.base import call_service, staff_actor
from apps.backoffice.charts import category_bars
from apps.backoffice.names import action_name
from apps.backoffice.posting import posted
from apps.backoffice.sites import store_admin
from apps.backoffice.store.parcel_presses import NO_REFUND, REFUNDS
from apps.backoffice.store.parcel_queries import DESK, desk_address, filters_of, list_of, query_of
from apps.backoffice.store.single_row import SingleRowAdmin
from apps.backoffice.typed import MOST_PIECES
from apps.common.clock import day_of, today
from apps.common.text import whole_number
from apps.fulfilment import services as fulfilment
from apps.fulfilment.desk import (
    DAMAGED,
    LISTS,
    LOST,
    PICKUP_FAILED,
    list_carriers,
    with_last_call,
)
from apps.fulfilment.models import DeliverySettings, Shipment
from apps.fulfilment.rto_figures import (
    DAYS,
    failures_by_reason_and_carrier,
    shares_by_carrier,
    shares_by_postal_code,
)
from apps.fulfilment.states import AnswerWish, FailureReason, ScanStatus, ShipmentState
from apps.fulfilment.undelivered import Waiting, with_counts

_SEES, _CHANGES, _RETURNS = (
    "fulfilment.view_shipment",
    "fulfilment.change_shipment",
    "fulfilment.add_parcelreturn",
)
_ON_A_PAGE: Final = 25
_COUNTED: Final = ("failed", "returning", "back")  # with the parcels that never arrived before
_PLACE: Final = ("line1", "line2", "city", "postal_code")
TITLES: Final = {
    "failed": _("Failed attempts"),
    "coming": _("Attempts to come"),
    "returning": _("On their way back"),
    "back": _("Back here, to be looked at"),
    "still": _("Standing still"),
    "pickups": _("Not picked up"),
    "lost": _("Lost or damaged"),
}
NEWS: Final = {
    PICKUP_FAILED: _("Pickup failed"),
    LOST: _("The carrier has lost it"),
    DAMAGED: _("The carrier has damaged it"),
}
NEXT_STEPS: Final = {
    "failed": _(
        "The carrier could not deliver these. Attempt again, perhaps on a day or elsewhere, or have them come back."
    ),
    "coming": _("These go to their buyers once more. Note the result at the order when the carrier reports it."),
    "returning": _("Never delivered, on their way to you (RTO). Inspect each when it is here."),
    "back": _("Never delivered, and back at your place as their carriers say. Inspect each, and record what came."),
    "still": _(
        "Without news from their carriers. Ask the carrier where the parcel is, and note the call. What it says is recorded at the order: "
        "arrived, failed, or on its way back."
    ),
    "pickups": _(
        "The carrier came and took nothing, or did not come. Have the parcel ready, and ask for another pickup."
    ),
    "lost": _(
        "The carrier has lost or damaged these. Claim the loss there; at the order, record what came back and what is written off, and refund "
        "or send it again."
    ),
}  # fmt: skip


def show_undelivered(request: HttpRequest) -> HttpResponse:
    """One list at a time, in pages; the counts of all."""
    if not request.user.has_perm(_SEES):
        raise PermissionDenied
    chosen, filters = list_of(request.GET), filters_of(request.GET)
    tabs = [
        {
            "code": each.code,
            "title": TITLES[each.code],
            "count": each.find(filters).count(),
            "query": query_of(each.code, filters),
        }
        for each in LISTS.values()
    ]
    found = LISTS[chosen].find(filters).select_related("order")
    rows = with_last_call(found.prefetch_related("lines__order_line", "order__returns"))
    page = Paginator(rows, _ON_A_PAGE).get_page(request.GET.get("p"))
    parcels = list(page.object_list)
    waiting = (
        with_counts(parcels) if chosen in _COUNTED else [Waiting(row, 0, 0) for row in parcels]
    )
    context = {
        **store_admin.each_context(request),
        "title": gettext("Undelivered parcels"),
        "chosen": chosen,
        "tabs": tabs,
        "next_step": NEXT_STEPS[chosen],
        "filters": filters,
        "reasons": FailureReason.choices if LISTS[chosen].has_reason else [],
        "carriers": list_carriers(),
        "rows": [_present(each) for each in waiting],
        "page": page,
        "query": query_of(chosen, filters),
        "desk": query_of(chosen, filters, page.number),
        "may_change": request.user.has_perm(_CHANGES),
        "may_refund": request.user.has_perm(REFUNDS),
        "may_return": request.user.has_perm(_RETURNS),
    }
    return TemplateResponse(request, "backoffice/undelivered.html", context)


def show_figures(request: HttpRequest) -> HttpResponse:
    """Failed attempts by reason and carrier, and the share that never arrived: three statements."""
    if not request.user.has_perm(_SEES):
        raise PermissionDenied
    reasons, carriers = failures_by_reason_and_carrier()
    nameless = gettext("No carrier given")
    context = {
        **store_admin.each_context(request),
        "title": gettext("Figures of undelivered parcels"),
        "days": DAYS,
        "by_reason": category_bars([(name, count, str(count)) for name, count in reasons.most_common()]),
        "by_carrier": category_bars(
            [(name or nameless, count, str(count)) for name, count in carriers.most_common()]
        ),
        "shares": [(each.name or nameless, each) for each in shares_by_carrier()],
        "codes": [(each.name or "-", each) for each in shares_by_postal_code()],
    }  # fmt: skip
    return TemplateResponse(request, "backoffice/undelivered_figures.html", context)


@posted(DESK)
def note_call(request: HttpRequest, shipment_id: UUID) -> HttpResponse:
    """What a call came to, for all who see the parcel."""
    if not request.user.has_perm(_CHANGES):
        raise PermissionDenied
    parcel = get_object_or_404(Shipment, pk=shipment_id)
    call_service(
        request,
        lambda: fulfilment.note_call(
            shipment=parcel, note=request.POST.get("note", ""), actor=staff_actor(request)
        ),
        gettext("The call is noted."),
    )
    return HttpResponseRedirect(desk_address(request.POST.get("desk", "")))


@posted(DESK)
def inspect_undelivered(request: HttpRequest, shipment_id: UUID) -> HttpResponse:
    """A parcel is back: what is broken is written off, the rest goes to stock. A second press changes nothing.

    What was paid is refunded by the store's rule where the role may refund.
    """
    if not request.user.has_perm(_RETURNS):
        raise PermissionDenied
    parcel = get_object_or_404(Shipment.objects.select_related("order"), pk=shipment_id)
    lines = {
        line.order_line_id: _pieces(request, line.order_line_id, line.out_quantity)
        for line in parcel.lines.select_related("order_line")
        if line.out_quantity and not line.order_line.is_digital
    }
    may_refund = request.user.has_perm(REFUNDS)
    done = gettext("Recorded. The stock is counted again, and the customer gets a mail.")
    call_service(
        request,
        lambda: fulfilment.receive_return(
            shipment=parcel,
            lines=lines,
            credit=fulfilment.credit_for_undelivered(parcel.order) if may_refund else None,
            only_while=ShipmentState.RETURNING,
            request_key=f"undelivered-{parcel.number}-{parcel.failed_attempts}",
            actor=staff_actor(request),
        ),
        done if may_refund else f"{done} {NO_REFUND}",
    )
    return HttpResponseRedirect(desk_address(request.POST.get("desk", "")))


def _pieces(request: HttpRequest, line_id: UUID, out: int) -> fulfilment.Pieces:
    """At most what is in the parcel is written off."""
    typed = whole_number(request.POST.get(f"write_off-{line_id}", ""), most=MOST_PIECES)
    broken = min(typed or 0, out)
    return fulfilment.Pieces(restock=out - broken, write_off=broken)


def _present(each: Waiting) -> dict[str, Any]:
    row: Any = each.row
    answer = row.buyers_answer if row.state == ShipmentState.FAILED else None
    since = getattr(row, "failed_at", None) or getattr(row, "silent_since", None)
    news = getattr(row, "last_data", None) or {}
    kind = getattr(row, "last_kind", None)
    return {
        "each": each,
        "row": row,
        "order": row.order,
        "days": (today() - day_of(since)).days if since else None,
        "answer": answer,
        "answer_words": AnswerWish(answer["wish"]).label if answer else "",
        "answer_on": date.fromisoformat(answer["on"]) if answer and answer.get("on") else None,
        "answer_place": [answer[name] for name in ("phone", *_PLACE) if answer.get(name)]
        if answer
        else [],
        "redirection": [value for value in (row.redirection or {}).values() if value],
        "news": _news(kind, news),
        "news_details": [str(news[name]) for name in ("place", "remark") if news.get(name)],
        "news_at": _seen_at(news) or getattr(row, "last_at", None),
        "fate": _news(getattr(row, "fate", None), {}),
        "call": (row.call or {}).get("note", ""),
    }


def _news(kind: str | None, data: Mapping[str, Any]) -> str:
    """What a carrier's scan means, or what happened."""
    status = data.get("status")
    if status in ScanStatus.values:
        return str(ScanStatus(status).label)
    return str(NEWS.get(kind) or action_name(kind)) if kind else ""


def _seen_at(data: Mapping[str, Any]) -> datetime | None:
    """The carrier's time of a scan."""
    with suppress(ValueError):
        seen = datetime.fromisoformat(str(data.get("at") or ""))
        return seen if seen.tzinfo else None
    return None


@admin.register(DeliverySettings, site=store_admin)
class DeliverySettingsAdmin(SingleRowAdmin):
    fields = ("undelivered_refund", "buyers_answers", "still_days", "remittance_days")
