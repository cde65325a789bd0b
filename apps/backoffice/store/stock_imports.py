"""Stock as a table: exported, brought in, looked at, applied."""

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
)
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
from apps.backoffice.columns import badge, moment
from apps.backoffice.posting import posted
from apps.backoffice.sites import store_admin
from apps.backoffice.store.table_files import table_answer
from apps.common.clock import today
from apps.common.errors import DomainError
from apps.common.text import line_of
from apps.inventory import services as inventory
from apps.inventory.models import StockImport
from apps.inventory.services.stock_table import write_faults, write_stock_rows
from apps.inventory.states import StockImportState
from apps.inventory.tasks import import_soon

SEES: Final = "inventory.view_stockimport"
CHANGES: Final = "inventory.change_stockimport"
_PAGE: Final = "store_admin:inventory_stockimport_change"
_LIST: Final = "store_admin:inventory_stockimport_changelist"
_MOST_FAULTS: Final = 50
_TONES: Final = {
    "checking": "pending",
    "checked": "pending",
    "applying": "pending",
    "done": "done",
    "discarded": "void",
    "failed": "failed",
}


def _require(request: HttpRequest, right: str) -> None:
    if not (request.user.has_perm(right) and request.user.has_perm(SEES)):
        raise PermissionDenied


def export_view(request: HttpRequest) -> HttpResponseBase:
    _require(request, SEES)
    return table_answer(write_stock_rows(), f"stock-{today():%Y-%m-%d}.csv")


def faults_view(request: HttpRequest, batch_id: UUID) -> HttpResponseBase:
    _require(request, SEES)
    batch = get_object_or_404(StockImport, pk=batch_id)
    return table_answer(write_faults(batch), f"problems-{batch.pk}.csv")


@posted(_LIST)
def upload_view(request: HttpRequest) -> HttpResponseBase:
    _require(request, CHANGES)
    file = request.FILES.get("file")
    if file is None or isinstance(file, list):
        messages.error(request, gettext("Choose a CSV file."))
        return HttpResponseRedirect(reverse(_LIST))
    try:
        batch = inventory.upload_stock(
            file=file,
            name=line_of(file.name or "", most=200) or "stock.csv",
            reason=request.POST.get("reason", ""),
            actor=staff_actor(request),
        )
    except DomainError as error:
        messages.error(request, sentence_of(error))
        return HttpResponseRedirect(reverse(_LIST))
    import_soon()
    return HttpResponseRedirect(reverse(_PAGE, args=[batch.pk]))


def _button(press: Callable[[HttpRequest, StockImport], object]) -> Any:
    @posted(_PAGE, "batch_id")
    def view(request: HttpRequest, batch_id: UUID) -> HttpResponseBase:
        _require(request, CHANGES)
        batch = get_object_or_404(StockImport, pk=batch_id)
        try:
            press(request, batch)
        except DomainError as error:
            messages.error(request, sentence_of(error))
        import_soon()
        return HttpResponseRedirect(reverse(_PAGE, args=[batch_id]))

    return view


def show(request: HttpRequest, batch: StockImport) -> HttpResponse:
    may = request.user.has_perm(CHANGES)
    is_working = batch.state in (StockImportState.CHECKING, StockImportState.APPLYING)
    context = {
        **store_admin.each_context(request),
        "title": str(batch),
        "opts": StockImport._meta,
        "batch": batch,
        "tone": _TONES[batch.state],
        "faults": batch.faults.order_by("row")[:_MOST_FAULTS],
        "is_working": is_working,
        "may_apply": may and batch.change_count > 0 and batch.state == StockImportState.CHECKED,
        "may_try": may and is_working and bool(batch.failure),
        "may_stop": may and batch.state == StockImportState.APPLYING,
        "may_discard": may and batch.state in (StockImportState.CHECKED, StockImportState.CHECKING),
    }
    answer = TemplateResponse(request, "backoffice/stock_import.html", context)
    if is_working:
        answer["Refresh"] = "3"
    return answer


@admin.register(StockImport, site=store_admin)
class StockImportAdmin(RecordAdmin):
    list_display = ("name", "shown_state", "change_count", "fault_count", "who", "when")
    list_filter = (("state", ChoicesDropdownFilter),)
    search_fields = ("name", "reason")
    card = Card("name", side=("shown_state",), facts=("who",), end=("when",))
    change_list_template = "backoffice/stock_imports.html"
    empty_advice = _("Export the table of stock, change it, and bring it in again.")

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        views: dict[str, Any] = {
            "apply": _button(
                lambda request, batch: inventory.apply_import(
                    batch=batch, actor=staff_actor(request)
                )
            ),
            "discard": _button(lambda request, batch: inventory.discard_import(batch=batch)),
            "again": _button(lambda request, batch: inventory.try_import_again(batch=batch)),
            "stop": _button(lambda request, batch: inventory.stop_import(batch=batch)),
            "faults": faults_view,
        }
        doors = [
            path(f"<uuid:batch_id>/{verb}/", wrap(view), name=f"inventory_stockimport_{verb}")
            for verb, view in views.items()
        ]
        fresh = [
            path("upload/", wrap(upload_view), name="inventory_stockimport_upload"),
            path("export/", wrap(export_view), name="inventory_stockimport_export"),
        ]
        return [*fresh, *doors, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        batch = self.get_object(request, object_id)
        if batch is None or not self.has_view_permission(request, batch):
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        return show(request, batch)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        may = {"may_make": request.user.has_perm(CHANGES)}
        return super().changelist_view(request, {**(extra_context or {}), **may})

    @display(description=_("state"), ordering="state")
    def shown_state(self, batch: StockImport) -> SafeString:
        return badge(_TONES[batch.state], batch.get_state_display())

    @display(description=_("who"), ordering="actor_label")
    def who(self, batch: StockImport) -> str:
        return batch.actor_label

    @display(description=_("when"), ordering="created_at")
    def when(self, batch: StockImport) -> Any:
        return moment(batch.created_at)
