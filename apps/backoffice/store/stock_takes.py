"""Stock takes: the list, and the page on which staff count, with a scanner or by hand, on a phone as well."""

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, F, Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from apps.backoffice.base import RecordAdmin, sentence_of, staff_actor
from apps.backoffice.cards import Card
from apps.backoffice.columns import badge, moment, money
from apps.backoffice.posting import posted
from apps.backoffice.sites import store_admin
from apps.catalog.selectors import find_variant_by_code, read_lines
from apps.common.errors import DomainError
from apps.common.text import NotText, clean_code, line_of, whole_number
from apps.inventory import services as inventory
from apps.inventory.errors import InvalidQuantity, NotInStockTake
from apps.inventory.models import StockTake, StockTakeLine, Warehouse
from apps.inventory.services.stocking import MAX_ON_HAND
from apps.inventory.states import StockTakeState
from apps.tenancy.context import current_store

SEES: Final = "inventory.view_stocktake"
CHANGES: Final = "inventory.change_stocktake"
_PAGE: Final = "store_admin:inventory_stocktake_change"
_LIST: Final = "store_admin:inventory_stocktake_changelist"
_PER_PAGE: Final = 50
_TONES: Final = {"draft": "draft", "open": "pending", "closed": "done", "cancelled": "void"}
_DIFFERS: Final = Q(counted__isnull=False) & ~Q(counted=F("at_count"))
_SHOWN: Final = {
    "all": Q(),
    "differences": _DIFFERS,
    "missing": Q(counted__isnull=True),
    "moved": Q(has_moved=True),
}


def _require(request: HttpRequest, right: str) -> None:
    if not (request.user.has_perm(right) and request.user.has_perm(SEES)):
        raise PermissionDenied


def new_view(request: HttpRequest) -> HttpResponse:
    _require(request, CHANGES)
    context = {
        **store_admin.each_context(request),
        "title": gettext("New stock take"),
        "opts": StockTake._meta,
        "warehouses": Warehouse.objects.order_by("priority", "code"),
        "typed": request.POST,
    }
    return TemplateResponse(request, "backoffice/stock_take_new.html", context)


@posted(_LIST)
def create_view(request: HttpRequest) -> HttpResponse:
    _require(request, CHANGES)
    code = line_of(request.POST.get("warehouse", ""), most=32)
    warehouse = get_object_or_404(Warehouse, code=code)
    try:
        take = inventory.plan_stock_take(
            name=request.POST.get("name", ""),
            warehouse=warehouse,
            skus=request.POST.get("skus", ""),
            actor=staff_actor(request),
        )
    except DomainError as error:
        messages.error(request, sentence_of(error))
        return new_view(request)
    return HttpResponseRedirect(reverse(_PAGE, args=[take.pk]))


def show(request: HttpRequest, take: StockTake) -> HttpResponse:
    shown = request.GET.get("show", "")
    shown = shown if shown in _SHOWN else "all"
    lines = take.lines.filter(_SHOWN[shown]).order_by("sku", "id")
    page = Paginator(lines, _PER_PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    products = read_lines([row.variant_ref for row in rows], current_store().currency)
    counts = take.lines.aggregate(
        rows=Count("pk"),
        done=Count("pk", filter=Q(counted__isnull=False)),
        differences=Count("pk", filter=_DIFFERS),
        moved=Count("pk", filter=Q(has_moved=True)),
    )
    may = request.user.has_perm(CHANGES)
    context = {
        **store_admin.each_context(request),
        "title": str(take),
        "opts": StockTake._meta,
        "take": take,
        "tone": _TONES[take.state],
        "page": page,
        "rows": [_row(row, products.get(row.variant_ref)) for row in rows],
        "value": _value_of(take),
        "counts": counts,
        "shown": shown,
        "filters": _filters(counts),
        "last": take.lines.filter(sku=line_of(request.GET.get("last", ""), most=64)).first(),
        "may_begin": may and take.state == StockTakeState.DRAFT,
        "may_count": may and take.state == StockTakeState.OPEN,
        "may_cancel": may and take.state in (StockTakeState.DRAFT, StockTakeState.OPEN),
        "adds": request.GET.get("way") != "set",
    }
    return TemplateResponse(request, "backoffice/stock_take.html", context)


def _filters(counts: dict[str, int]) -> list[tuple[str, str, int]]:
    return [
        ("all", gettext("All"), counts["rows"]),
        ("differences", gettext("Differences"), counts["differences"]),
        ("missing", gettext("Not counted"), counts["rows"] - counts["done"]),
        ("moved", gettext("Moved meanwhile"), counts["moved"]),
    ]


def _row(line: StockTakeLine, product: Any) -> dict[str, Any]:
    worth = product.unit_price_minor if product is not None else None
    difference = line.difference
    value = difference * worth if difference and worth is not None else None
    return {
        "line": line,
        "title": product.full_title if product is not None else "",
        "difference": f"{difference:+d}" if difference else ("0" if difference == 0 else ""),
        "value": money(value, current_store().currency) if value is not None else "",
    }


def _value_of(take: StockTake) -> str:
    """All differences at today's prices."""
    found = list(take.lines.filter(_DIFFERS).values_list("variant_ref", "counted", "at_count"))
    currency = current_store().currency
    prices = read_lines([ref for ref, *_ in found], currency)
    total = sum(
        (int(counted or 0) - int(there or 0)) * (prices[ref].unit_price_minor or 0)
        for ref, counted, there in found
        if ref in prices
    )
    return money(total, currency)


def _button(press: Callable[[HttpRequest, StockTake], str]) -> Any:
    """`press` returns what the next page asks for."""

    @posted(_PAGE, "take_id")
    def view(request: HttpRequest, take_id: UUID) -> HttpResponseBase:
        _require(request, CHANGES)
        take = get_object_or_404(StockTake, pk=take_id)
        try:
            query = press(request, take)
        except DomainError as error:
            messages.error(request, sentence_of(error))
            query = urlencode({"way": "add" if "add" in request.POST.get("way", "add") else "set"})
        page = reverse(_PAGE, args=[take_id])
        return HttpResponseRedirect(f"{page}?{query}" if query else page)

    return view


def _open(request: HttpRequest, take: StockTake) -> str:
    inventory.open_stock_take(take=take, actor=staff_actor(request))
    messages.success(request, gettext("The count has begun. Scan or enter what is on the shelf."))
    return ""


def _count(request: HttpRequest, take: StockTake) -> str:
    """A code with a number; an empty number is one piece for a scan."""
    sent = request.POST
    adds = sent.get("way") != "set"
    try:
        code = clean_code(sent.get("code", ""), most=64)
    except NotText as error:
        raise NotInStockTake(str(error)) from None
    typed = sent.get("quantity", "").strip()
    pieces = 1 if adds and not typed else whole_number(typed, most=MAX_ON_HAND)
    if pieces is None:
        raise InvalidQuantity(gettext("Enter how many pieces there are."))
    found = take.lines.filter(sku__iexact=code).first() if code else None
    product = None if found is not None or not code else find_variant_by_code(code)
    if found is None and product is None:
        raise NotInStockTake(
            gettext("There is nothing with the SKU or barcode “%(code)s”.") % {"code": code}
        )
    line = inventory.record_count(
        take=take,
        variant_ref=found.variant_ref if found is not None else product.variant_ref,  # type: ignore[union-attr]
        sku=found.sku if found is not None else product.sku,  # type: ignore[union-attr]
        quantity=pieces,
        adds=adds,
        actor=staff_actor(request),
    )
    return urlencode({"last": line.sku, "way": "add" if adds else "set"})


def _close(request: HttpRequest, take: StockTake) -> str:
    inventory.close_stock_take(
        take=take, reason=request.POST.get("reason", ""), actor=staff_actor(request)
    )
    messages.success(request, gettext("The differences are booked."))
    return "show=differences"


def _cancel(request: HttpRequest, take: StockTake) -> str:
    inventory.cancel_stock_take(take=take, actor=staff_actor(request))
    messages.success(request, gettext("The count is given up; nothing was booked."))
    return ""


@admin.register(StockTake, site=store_admin)
class StockTakeAdmin(RecordAdmin):
    list_display = ("shown_name", "warehouse", "shown_state", "when", "ended")
    list_display_links = ("shown_name",)
    list_select_related = ("warehouse",)
    list_filter = (("state", ChoicesDropdownFilter), "warehouse")
    search_fields = ("name",)
    card = Card("shown_name", side=("shown_state",), facts=("warehouse",), end=("when",))
    change_list_template = "backoffice/stock_takes.html"
    empty_advice = _("Count a warehouse, or some SKUs of it, and book the differences.")

    def get_urls(self) -> list[Any]:
        views = {
            "open": _button(_open),
            "count": _button(_count),
            "close": _button(_close),
            "cancel": _button(_cancel),
        }
        wrap = self.admin_site.admin_view
        doors = [
            path(f"<uuid:take_id>/{verb}/", wrap(view), name=f"inventory_stocktake_{verb}")
            for verb, view in views.items()
        ]
        fresh = [
            path("new/", wrap(new_view), name="inventory_stocktake_new"),
            path("create/", wrap(create_view), name="inventory_stocktake_create"),
        ]
        return [*fresh, *doors, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        take = self.get_object(request, object_id)
        if take is None or not self.has_view_permission(request, take):
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        return show(request, take)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        may = {"may_make": request.user.has_perm(CHANGES)}
        return super().changelist_view(request, {**(extra_context or {}), **may})

    @display(description=_("stock take"), ordering="name")
    def shown_name(self, take: StockTake) -> str:
        return take.name

    @display(description=_("state"), ordering="state")
    def shown_state(self, take: StockTake) -> SafeString:
        return badge(_TONES[take.state], take.get_state_display())

    @display(description=_("made"), ordering="created_at")
    def when(self, take: StockTake) -> Any:
        return moment(take.created_at)

    @display(description=_("ended"), ordering="ended_at")
    def ended(self, take: StockTake) -> Any:
        return moment(take.ended_at) if take.ended_at else "-"
