"""The audit log, in both homes: a list with filters and a table."""

import json
from collections.abc import Iterator
from functools import partial
from ipaddress import ip_address
from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.urls import path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display

from apps.backoffice.base import RecordAdmin
from apps.backoffice.cards import Card
from apps.backoffice.columns import moment
from apps.backoffice.filters import MomentRangeFilter
from apps.backoffice.history import DOORS, changes_of, door_words, target_url
from apps.backoffice.names import action_name
from apps.backoffice.table_answer import Table, table_answer
from apps.events.models import AuditEntry, AuditSeal

MOST: Final = 50_000
_CHUNK: Final = 2_000


class ActionFilter(DropdownFilter):
    """The labels of the actions in the log."""

    title = _("action")
    parameter_name = "action"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        found = AuditEntry.objects.order_by("action").values_list("action", flat=True).distinct()
        return [(action, action_name(action)) for action in found]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[AuditEntry]
    ) -> QuerySet[AuditEntry]:
        return queryset.filter(action=self.value()) if self.value() else queryset


class PersonFilter(DropdownFilter):
    """The people and commands that have changed something."""

    title = _("who")
    parameter_name = "who"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        found = AuditEntry.objects.order_by("actor_label").values_list("actor_label", flat=True)
        return [(label, label) for label in found.distinct()[:200]]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[AuditEntry]
    ) -> QuerySet[AuditEntry]:
        return queryset.filter(actor_label=self.value()) if self.value() else queryset


class DoorFilter(DropdownFilter):
    """Admin, API, page, command."""

    title = _("how")
    parameter_name = "door"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(door.value, words) for door, words in DOORS.items() if door.value]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[AuditEntry]
    ) -> QuerySet[AuditEntry]:
        return queryset.filter(door=self.value()) if self.value() else queryset


def _rows(entries: QuerySet[AuditEntry]) -> Iterator[list[Any]]:
    """The headings and the actions are names for programs, the same in every language."""
    yield [
        "at",
        "who",
        "kind",
        "how",
        "action",
        "what",
        "what_ref",
        "what_label",
        "ip",
        "before",
        "after",
    ]
    for entry in entries.iterator(chunk_size=_CHUNK):
        yield [
            entry.created_at, entry.actor_label, entry.actor_kind, entry.door, entry.action, entry.target_type,
            entry.target_ref, entry.target_label, entry.ip or "",
            _json(entry.before), _json(entry.after),
        ]  # fmt: skip


def _json(facts: Any) -> str:
    return json.dumps(facts, ensure_ascii=False, sort_keys=True) if facts else ""


class AuditEntryAdmin(RecordAdmin):
    list_display = ("when", "who", "shown_action", "target", "changed")
    list_display_links = ("when", "shown_action")
    card = Card("shown_action", facts=("who", "target"), end=("when",), badges=("changed",))
    list_filter = (("created_at", MomentRangeFilter), ActionFilter, PersonFilter, DoorFilter)
    change_list_template = "backoffice/audit_log.html"
    empty_advice = _("Every change that staff make is listed here, with what was there before.")
    search_fields = ("actor_label", "target_label", "target_ref", "action")
    date_hierarchy = "created_at"
    fields = ("created_at", "who", "door_used", "shown_action", "target", "all_changes", "shown_ip")

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.export_view)
        return [path("export/", view, name="events_auditentry_export"), *super().get_urls()]

    def export_view(self, request: HttpRequest) -> HttpResponseBase:
        table = Table(
            name="audit-log",
            page=f"{self.admin_site.name}:events_auditentry_changelist",
            sees="events.view_auditentry",
            rows=_rows,
            most=MOST,
            too_many=_("At most %(most)s entries in a table: choose a filter."),
        )
        return table_answer(request, self, table)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        seal = AuditSeal.objects.first()
        export = f"{self.admin_site.name}:events_auditentry_export"
        return super().changelist_view(
            request, {**(extra_context or {}), "seal": seal, "export": export}
        )

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuditEntry]:
        self.links = partial(target_url, self.admin_site, request)
        return super().get_queryset(request)

    @display(description=_("when"), ordering="created_at")
    def when(self, entry: AuditEntry) -> Any:
        return moment(entry.created_at)

    @display(description=_("who"), ordering="actor_label")
    def who(self, entry: AuditEntry) -> str:
        return entry.actor_label

    @display(description=_("how"))
    def door_used(self, entry: AuditEntry) -> str:
        return door_words(entry) or "-"

    @display(description=_("what was done"), ordering="action")
    def shown_action(self, entry: AuditEntry) -> str:
        return action_name(entry.action)

    @display(description=_("to what"), ordering="target_label")
    def target(self, entry: AuditEntry) -> SafeString | str:
        label, url = entry.target_label or entry.target_ref or "-", self.links(entry)
        return format_html('<a href="{}">{}</a>', url, label) if url else label

    @display(description=_("IP address"), ordering="ip")
    def shown_ip(self, entry: AuditEntry) -> str:
        if entry.ip is None:
            return "-"
        here = gettext("This computer (%(ip)s)") % {"ip": entry.ip}
        return here if ip_address(entry.ip).is_loopback else entry.ip

    @display(description=_("changes"))
    def changed(self, entry: AuditEntry) -> SafeString:
        """The first few; the rest is on the entry's page."""
        found = changes_of(entry)
        context = {"changes": found[:2], "more": len(found) - 2}
        return render_to_string("backoffice/changes.html", context)

    @display(description=_("changes"))
    def all_changes(self, entry: AuditEntry) -> SafeString | str:
        found = changes_of(entry)
        return render_to_string("backoffice/changes.html", {"changes": found}) if found else "-"
