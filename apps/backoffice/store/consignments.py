"""Transfers and incoming deliveries: the list, and the page on which staff make, send and receive one."""

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID, uuid4

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.db.models import F, QuerySet, Sum
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from apps.backoffice.base import RecordAdmin, sentence_of, staff_actor
from apps.backoffice.cards import Card
from apps.backoffice.columns import badge
from apps.backoffice.posting import posted
from apps.backoffice.sites import store_admin
from apps.backoffice.typed import posted_count, read_day
from apps.catalog.selectors import read_lines
from apps.common.clock import today
from apps.common.errors import DomainError
from apps.common.text import NotText, clean_block, line_of, whole_number
from apps.inventory import services as inventory
from apps.inventory.errors import InvalidConsignment
from apps.inventory.models import Consignment, Warehouse
from apps.inventory.services.stocking import MAX_ON_HAND
from apps.inventory.states import ConsignmentKind, ConsignmentState
from apps.inventory.variants import find_variants
from apps.tenancy.context import current_store

SEES: Final = "inventory.view_consignment"
CHANGES: Final = "inventory.change_consignment"
_PAGE: Final = "store_admin:inventory_consignment_change"
_LIST: Final = "store_admin:inventory_consignment_changelist"
_TONES: Final = {"draft": "draft", "sent": "pending", "received": "done", "cancelled": "expired"}
_NAMES: Final = ("source", "destination", "supplier", "expected_on", "note", "lines")


def _require(request: HttpRequest) -> None:
    if not (request.user.has_perm(CHANGES) and request.user.has_perm(SEES)):
        raise PermissionDenied


def new_view(request: HttpRequest, kind: str) -> HttpResponse:
    """An empty page; its first save makes the draft."""
    _require(request)
    return show(request, Consignment(pk=uuid4(), kind=ConsignmentKind(kind)), is_new=True)


def show(
    request: HttpRequest,
    row: Consignment,
    *,
    is_new: bool = False,
    typed: Mapping[str, str] | None = None,
    faults: Mapping[str, str] | None = None,
) -> HttpResponse:
    """The page with what is stored, or with what was typed and refused."""
    lines = [] if is_new else list(row.lines.all())
    known = read_lines([line.variant_ref for line in lines], current_store().currency)
    stored = {
        "source": str(row.source_id or ""),
        "destination": str(row.destination_id or ""),
        "supplier": row.supplier,
        "expected_on": row.expected_on.isoformat() if row.expected_on else "",
        "note": row.note,
        "lines": "\n".join(f"{line.sku} {line.quantity}" for line in lines),
    }
    may_change = request.user.has_perm(CHANGES)
    context = {
        **store_admin.each_context(request),
        "title": row.number or gettext("New"),
        "opts": Consignment._meta,
        "row": row,
        "is_new": is_new,
        "texts": {**stored, **(typed or {})},
        "typed": typed or {},
        "faults": faults or {},
        "lines": [(line, known.get(line.variant_ref)) for line in lines],
        "warehouses": list(Warehouse.objects.filter(is_active=True)),
        "is_draft": may_change and row.state == ConsignmentState.DRAFT,
        "is_sent": may_change and row.state == ConsignmentState.SENT,
        "has_arrived": any(line.received or line.missing for line in lines),
    }
    return TemplateResponse(request, "backoffice/consignment.html", context)


def _refused(
    request: HttpRequest, row: Consignment, error: DomainError, *, is_new: bool = False
) -> HttpResponse:
    messages.error(request, sentence_of(error))
    faults = {name: " ".join(texts) for name, texts in error.fields.items()}
    return show(request, row, is_new=is_new, typed=request.POST.dict(), faults=faults)


@posted(_LIST)
def save_view(request: HttpRequest, key: UUID, kind: str) -> HttpResponse:
    """Save the draft; with the button "send" send it, too. A double press makes one."""
    _require(request)
    found = Consignment.objects.filter(pk=key).first()
    row = found or Consignment(pk=key, kind=ConsignmentKind(kind))
    try:
        row = _save(request, row)
        if "send" in request.POST:
            inventory.send_consignment(consignment=row, actor=staff_actor(request))
    except IntegrityError:  # the other press of the same button has made it
        return HttpResponseRedirect(reverse(_PAGE, args=[key]))
    except DomainError as error:
        stored = Consignment.objects.filter(pk=key).first()
        return _refused(request, stored or row, error, is_new=stored is None)
    messages.success(request, gettext("Sent.") if "send" in request.POST else gettext("Saved."))
    return HttpResponseRedirect(reverse(_PAGE, args=[row.pk]))


def _save(request: HttpRequest, row: Consignment) -> Consignment:
    post = request.POST
    destination = _warehouse(post.get("destination", ""))
    if destination is None:
        raise InvalidConsignment(fields={"destination": [gettext("Choose a warehouse.")]})
    return inventory.save_consignment(
        key=row.pk,
        kind=ConsignmentKind(row.kind),
        source=_warehouse(post.get("source", "")) if row.is_transfer else None,
        destination=destination,
        supplier=line_of(post.get("supplier", ""), most=120),
        expected_on=read_day(post.get("expected_on", ""), "expected_on"),
        note=line_of(post.get("note", ""), most=200),
        lines=_read_lines(post.get("lines", "")),
    )


def _warehouse(key: str) -> Warehouse | None:
    try:
        return Warehouse.objects.filter(pk=UUID(key), is_active=True).first()
    except ValueError:
        return None


def _read_lines(text: str) -> list[inventory.LineInput]:
    """`CUP-1 20`, a SKU and how many pieces in each line; two lines of a SKU are added up."""
    wanted: dict[str, int] = {}
    try:
        typed = clean_block(text).splitlines()
    except NotText as error:
        raise InvalidConsignment(fields={"lines": [str(error)]}) from error
    for line in filter(None, map(str.strip, typed)):
        sku, _blank, pieces = line.replace("\t", " ").replace(";", " ").rpartition(" ")
        count = whole_number(pieces, most=MAX_ON_HAND)
        if not sku.strip() or count is None:
            sentence = gettext("Write each line as CUP-1 20, not %(line)s.") % {"line": line[:60]}
            raise InvalidConsignment(fields={"lines": [sentence]})
        wanted[sku.strip()] = wanted.get(sku.strip(), 0) + count
    known = find_variants(wanted)
    unknown = [sku for sku in wanted if sku not in known]
    if unknown:
        sentence = gettext("There is no product %(skus)s.") % {"skus": ", ".join(unknown)[:200]}
        raise InvalidConsignment(fields={"lines": [sentence]})
    lines: dict[str, inventory.LineInput] = {}
    for typed_sku, count in wanted.items():
        ref, stored = known[typed_sku]
        before = lines[ref].quantity if ref in lines else 0
        lines[ref] = inventory.LineInput(ref, stored, before + count)
    return list(lines.values())


def _receive(request: HttpRequest, row: Consignment) -> str:
    """From fields named by line: `now-`, `lost-`, and `seen-`, the pieces that the page showed as arrived."""
    received, missing, seen = {}, {}, {}
    for line in row.lines.all():
        arrived, lost = (posted_count(request, f"{name}-{line.pk}") for name in ("now", "lost"))
        seen[line.pk] = posted_count(request, f"seen-{line.pk}")
        gone = posted_count(request, f"gone-{line.pk}")
        received[line.pk], missing[line.pk] = seen[line.pk] + arrived, gone + lost
    inventory.receive_consignment(
        consignment=row,
        received=received,
        missing=missing,
        seen=seen,
        reason=line_of(request.POST.get("reason", ""), most=200),
        actor=staff_actor(request),
    )
    return gettext("Booked.")


def _reschedule(request: HttpRequest, row: Consignment) -> str:
    inventory.reschedule_consignment(
        consignment=row, expected_on=read_day(request.POST.get("expected_on", ""), "expected_on")
    )
    return gettext("Saved.")


def _cancel(request: HttpRequest, row: Consignment) -> str:
    inventory.cancel_consignment(consignment=row, actor=staff_actor(request))
    return gettext("Cancelled.")


def _button(press: Callable[[HttpRequest, Consignment], str]) -> Any:
    @posted(_PAGE, "key")
    def view(request: HttpRequest, key: UUID) -> HttpResponseBase:
        _require(request)
        row = get_object_or_404(Consignment, pk=key)
        try:
            messages.success(request, press(request, row))
        except DomainError as error:
            return _refused(request, Consignment.objects.get(pk=key), error)
        return HttpResponseRedirect(reverse(_PAGE, args=[key]))

    return view


class LateFilter(admin.SimpleListFilter):
    title = _("late")
    parameter_name = "late"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", gettext("expected before today"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() != "yes":
            return queryset
        return queryset.filter(state=ConsignmentState.SENT, expected_on__lt=today())


@admin.register(Consignment, site=store_admin)
class ConsignmentAdmin(RecordAdmin):
    list_display = ("shown_number", "way", "pieces", "shown_state", "expected")
    list_filter = (("kind", ChoicesDropdownFilter), ("state", ChoicesDropdownFilter), LateFilter)
    list_select_related = ("source", "destination")
    search_fields = ("number", "supplier", "lines__sku")
    card = Card("shown_number", side=("pieces",), facts=("way",), end=("expected",), badges=("shown_state",))  # fmt: skip
    change_list_template = "backoffice/consignments.html"
    empty_advice = _("Move pieces to another warehouse, or note what a supplier will bring.")

    def get_urls(self) -> list[Any]:
        views = {"receive": _receive, "reschedule": _reschedule, "cancel": _cancel}
        wrap, name = self.admin_site.admin_view, "inventory_consignment"
        doors = [
            path(f"<uuid:key>/{verb}/", wrap(_button(press)), name=f"{name}_{verb}")
            for verb, press in views.items()
        ]
        kinds = [
            door
            for kind in ConsignmentKind.values
            for door in (
                path(f"new/{kind}/", wrap(new_view), {"kind": kind}, name=f"{name}_new_{kind}"),
                path(
                    f"<uuid:key>/save/{kind}/",
                    wrap(save_view),
                    {"kind": kind},
                    name=f"{name}_save_{kind}",
                ),
            )
        ]
        return [*doors, *kinds, *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Consignment]:
        left = Sum(F("lines__quantity") - F("lines__received") - F("lines__missing"))
        return super().get_queryset(request).annotate(left=left, whole=Sum("lines__quantity"))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        if row is None or not self.has_view_permission(request, row):
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        return show(request, row)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        may = {"may_make": request.user.has_perm(CHANGES)}
        return super().changelist_view(request, {**(extra_context or {}), **may})

    @display(description=_("number"), ordering="id")
    def shown_number(self, row: Consignment) -> str:
        return row.number

    @display(description=_("from, to"))
    def way(self, row: Consignment) -> str:
        origin = row.source.name if row.source is not None else row.supplier or gettext("supplier")
        return f"{origin} → {row.destination.name}"

    @display(description=_("pieces"))
    def pieces(self, row: Any) -> str:
        if row.state == ConsignmentState.SENT and row.left != row.whole:
            return gettext("%(left)s of %(whole)s on the way") % {
                "left": row.left,
                "whole": row.whole,
            }
        return str(row.whole or 0)

    @display(description=_("state"), ordering="state")
    def shown_state(self, row: Consignment) -> SafeString:
        if row.is_late:
            return badge("failed", gettext("late"))
        return badge(_TONES[row.state], row.get_state_display())

    @display(description=_("expected"), ordering="expected_on")
    def expected(self, row: Consignment) -> Any:
        return date_format(row.expected_on) if row.expected_on else "-"
