"""Cash that couriers hand over: their files, what of them counts, and what each courier still owes."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from apps.backoffice.base import RecordAdmin, sentence_of, staff_actor
from apps.backoffice.cards import Card
from apps.backoffice.charts import category_bars
from apps.backoffice.columns import badge, moment, money
from apps.backoffice.posting import posted
from apps.backoffice.sites import store_admin
from apps.backoffice.store.table_files import table_answer
from apps.backoffice.typed import read_day
from apps.common.amounts import write_amount
from apps.common.clock import day_of, today
from apps.common.csv_files import write_row
from apps.common.errors import DomainError
from apps.common.text import line_of
from apps.fulfilment.desk import list_carriers
from apps.remittances import services as remittances
from apps.remittances.balances import (
    DAYS,
    balances_by_courier,
    differing_parcels,
    late_parcels,
    wrong_lines,
)
from apps.remittances.errors import RemittanceKnown
from apps.remittances.models import Remittance
from apps.remittances.selectors import Compared, compare, compare_all, sums_of
from apps.remittances.states import Finding, LineFault, RemittanceState
from apps.tenancy.context import current_store

SEES: Final = "remittances.view_remittance"
CHANGES: Final = "remittances.change_remittance"
_PAGE: Final = "store_admin:remittances_remittance_change"
_LIST: Final = "store_admin:remittances_remittance_changelist"
_ON_A_PAGE: Final = 50
_MOST_SHOWN: Final = 100
_TONES: Final = {"checked": "pending", "booked": "done", "discarded": "void"}
_FINDING_TONES: Final = {Finding.FITS: "done", Finding.NO_CASH: "pending"}


def _require(request: HttpRequest, right: str) -> None:
    if not (request.user.has_perm(right) and request.user.has_perm(SEES)):
        raise PermissionDenied


@posted(_LIST)
def upload_view(request: HttpRequest) -> HttpResponseBase:
    """A file that is there already opens the page that was made of it."""
    _require(request, CHANGES)
    file = request.FILES.get("file")
    if file is None or isinstance(file, list):
        messages.error(request, gettext("Choose a CSV or XLSX file."))
        return HttpResponseRedirect(reverse(_LIST))
    try:
        made = remittances.upload_remittance(
            file=file,
            name=line_of(file.name or "", most=200) or "remittance.csv",
            courier=request.POST.get("courier", ""),
            reference=request.POST.get("reference", ""),
            paid_on=read_day(request.POST.get("paid_on", ""), "paid_on"),
            actor=staff_actor(request),
        )
    except RemittanceKnown as known:
        messages.info(request, sentence_of(known))
        return HttpResponseRedirect(reverse(_PAGE, args=[known.details["remittance_id"]]))
    except DomainError as error:
        messages.error(request, sentence_of(error))
        return HttpResponseRedirect(reverse(_LIST))
    return HttpResponseRedirect(reverse(_PAGE, args=[made.pk]))


def _button(press: Callable[[Remittance], object], done: Any) -> Any:
    @posted(_PAGE, "remittance_id")
    def view(request: HttpRequest, remittance_id: UUID) -> HttpResponseBase:
        _require(request, CHANGES)
        remittance = get_object_or_404(Remittance, pk=remittance_id)
        try:
            press(remittance)
        except DomainError as error:
            messages.error(request, sentence_of(error))
        else:
            messages.success(request, str(done))
        return HttpResponseRedirect(reverse(_PAGE, args=[remittance_id]))

    return view


def show(request: HttpRequest, remittance: Remittance) -> HttpResponse:
    lines = remittance.lines.select_related("shipment").order_by("row")
    page = Paginator(lines, _ON_A_PAGE).get_page(request.GET.get("p"))
    may, sums = request.user.has_perm(CHANGES), sums_of(remittance)
    context = {
        **store_admin.each_context(request),
        "title": str(remittance),
        "opts": Remittance._meta,
        "remittance": remittance,
        "tone": _TONES[remittance.state],
        "total": money(sums.fitting_minor, remittance.currency),
        "apart": money(sums.apart_minor, remittance.currency) if sums.apart_minor else "",
        "rows": [_line(each, remittance.currency) for each in compare(page.object_list)],
        "page": page,
        "may_book": may and remittance.state == RemittanceState.CHECKED,
        "may_discard": may and remittance.state != RemittanceState.DISCARDED,
    }
    return TemplateResponse(request, "backoffice/remittance.html", context)


def _line(each: Compared, currency: str) -> dict[str, Any]:
    line = each.line
    is_counted = not line.fault
    return {
        "line": line,
        "amount": "" if line.fault == LineFault.UNREADABLE else money(line.amount_minor, currency),
        "collected": money(each.collected_minor, currency) if each.collected else "",
        "difference": money(each.difference_minor, currency)
        if is_counted and each.collected and each.difference_minor
        else "",
        "badge": badge(_FINDING_TONES.get(each.finding, "failed"), str(each.finding.label))
        if is_counted
        else badge("void", line.message or line.get_fault_display()),
        "order_id": line.shipment.order_id if line.shipment else None,
    }


def lines_view(request: HttpRequest, remittance_id: UUID) -> HttpResponseBase:
    """All lines with what they compare with, as a table."""
    _require(request, SEES)
    remittance = get_object_or_404(Remittance, pk=remittance_id)
    return table_answer(_written_lines(remittance), f"remittance-{remittance.pk}.csv")


def _written_lines(remittance: Remittance) -> Iterator[str]:
    yield "\ufeff" + write_row(
        ["row", "awb", "amount", "collected", "difference", "day", "reference", "finding"]
    )
    language, currency = current_store().language, remittance.currency
    for each in compare_all(remittance.lines.order_by("row")):
        line = each.line
        words = line.message or line.get_fault_display() if line.fault else each.finding.label
        yield write_row([
            line.row, line.waybill, write_amount(line.amount_minor, currency, language),
            write_amount(each.collected_minor, currency, language), write_amount(each.difference_minor, currency, language),
            line.paid_on.isoformat() if line.paid_on else "", line.reference, words,
        ])  # fmt: skip


def balances_view(request: HttpRequest) -> HttpResponse:
    """What each courier owes, and the parcels that are late or differ."""
    _require(request, SEES)
    currency = current_store().currency
    balances = balances_by_courier()
    nameless = gettext("No carrier given")
    late, differing = late_parcels(), differing_parcels()
    context = {
        **store_admin.each_context(request),
        "title": gettext("Cash at couriers"),
        "days": DAYS,
        "bars": category_bars([
            (each.courier or nameless, each.open_minor, money(each.open_minor, currency))
            for each in balances
        ]),
        "balances": [
            {
                "row": each,
                "name": each.courier or nameless,
                "collected": money(each.collected_minor, currency),
                "came": money(each.came_minor, currency),
                "open": money(each.open_minor, currency),
                "late": money(each.late_minor, currency),
            }
            for each in balances
        ],
        "late": [_parcel(row, currency) for row in late[:_MOST_SHOWN]],
        "differing": [_parcel(row, currency) for row in differing[:_MOST_SHOWN]],
        "wrong": [_line(each, currency) for each in wrong_lines(_MOST_SHOWN)],
        "most": _MOST_SHOWN,
    }  # fmt: skip
    return TemplateResponse(request, "backoffice/remittance_balances.html", context)


def _parcel(row: dict[str, Any], currency: str) -> dict[str, Any]:
    return {
        **row,
        "days": (today() - day_of(row["delivered"])).days,
        "collected": money(row["cash"], currency),
        "came_in": money(row["came"], currency),
        "difference": money(row["came"] - row["cash"], currency),
    }


def open_view(request: HttpRequest) -> HttpResponseBase:
    """Every parcel whose cash is late or differs, as a table."""
    _require(request, SEES)
    return table_answer(_written_parcels(), f"cash-at-couriers-{today():%Y-%m-%d}.csv")


def _written_parcels() -> Iterator[str]:
    yield "\ufeff" + write_row(
        ["courier", "awb", "order", "delivered", "collected", "remitted", "difference"]
    )
    store = current_store()
    found: Iterable[Any] = (late_parcels(), differing_parcels())
    for rows in found:
        for row in rows.iterator(chunk_size=1_000):
            amounts = (row["cash"], row["came"], row["came"] - row["cash"])
            yield write_row([
                row["courier"], row["waybill"], row["order_number"], day_of(row["delivered"]).isoformat(),
                *(write_amount(each, store.currency, store.language) for each in amounts),
            ])  # fmt: skip


@admin.register(Remittance, site=store_admin)
class RemittanceAdmin(RecordAdmin):
    list_display = ("courier", "reference", "paid_on", "shown_state", "amount", "line_count", "fault_count", "when")  # fmt: skip
    list_filter = (("state", ChoicesDropdownFilter),)
    search_fields = ("courier", "reference", "name", "lines__waybill")
    card = Card(
        "courier", side=("shown_state",), facts=("reference", "paid_on"), end=("when",), badges=("amount",)
    )  # fmt: skip
    change_list_template = "backoffice/remittances.html"
    empty_advice = _(
        "Bring in the file that a courier sends with the cash it has collected: it is compared with your parcels."
    )

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        name = "remittances_remittance"
        book = _button(
            lambda remittance: remittances.book_remittance(remittance=remittance),
            _("Booked. It counts against what the courier owes."),
        )
        discard = _button(
            lambda remittance: remittances.discard_remittance(remittance=remittance),
            _("Discarded. Nothing of it counts."),
        )
        return [
            path("upload/", wrap(upload_view), name=f"{name}_upload"),
            path("balances/", wrap(balances_view), name=f"{name}_balances"),
            path("open/", wrap(open_view), name=f"{name}_open"),
            path("<uuid:remittance_id>/book/", wrap(book), name=f"{name}_book"),
            path("<uuid:remittance_id>/discard/", wrap(discard), name=f"{name}_discard"),
            path("<uuid:remittance_id>/lines/", wrap(lines_view), name=f"{name}_lines"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        remittance = self.get_object(request, object_id)
        if remittance is None or not self.has_view_permission(request, remittance):
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        return show(request, remittance)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        may = request.user.has_perm(CHANGES)
        more = {"may_make": may, "couriers": list_carriers() if may else []}
        return super().changelist_view(request, {**(extra_context or {}), **more})

    @display(description=_("state"), ordering="state")
    def shown_state(self, remittance: Remittance) -> SafeString:
        return badge(_TONES[remittance.state], remittance.get_state_display())

    @display(description=_("amount"), ordering="total_minor")
    def amount(self, remittance: Remittance) -> str:
        return money(remittance.total_minor, remittance.currency)

    @display(description=_("when"), ordering="created_at")
    def when(self, remittance: Remittance) -> Any:
        return moment(remittance.created_at)
