"""Records that exist in both homes: the audit log and the outbox."""

import json
from functools import partial
from ipaddress import ip_address
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter
from unfold.decorators import display

from apps.backoffice.base import RecordAdmin, call_for_each
from apps.backoffice.cards import Card
from apps.backoffice.columns import badge, moment, stored
from apps.backoffice.filters import values_filter
from apps.backoffice.history import changes_of, door_words, target_url
from apps.backoffice.names import action_name, task_name, topic_name
from apps.events import services as events
from apps.events.models import AuditEntry, OutboxMessage
from apps.events.states import MessageState


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


class AuditEntryAdmin(RecordAdmin):
    list_display = ("when", "who", "shown_action", "target", "changed")
    list_display_links = ("when", "shown_action")
    card = Card("shown_action", facts=("who", "target"), end=("when",), badges=("changed",))
    list_filter = (ActionFilter, PersonFilter)
    empty_advice = _("Every change that staff make is listed here, with what was there before.")
    search_fields = ("actor_label", "target_label", "target_ref", "action")
    date_hierarchy = "created_at"
    fields = ("created_at", "who", "door_used", "shown_action", "target", "all_changes", "shown_ip")

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


class OutboxMessageAdmin(RecordAdmin):
    """Messages of the outbox; dead messages can be sent again."""

    list_display = ("shown_topic", "shown_consumer", "shown_state", "attempts", "when", "due")
    card = Card("shown_topic", side=("shown_state",), facts=("shown_consumer",), end=("when",))
    list_filter = (
        ("state", ChoicesDropdownFilter),
        values_filter("topic", _("what happened"), topic_name),
    )
    ordering = ("-id",)
    actions = ("replay",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "shown_topic",
                    "shown_consumer",
                    "shown_state",
                    "attempts",
                    "created_at",
                    "due_at",
                    "finished",
                    "error",
                )
            },
        ),
        (_("Technical details"), {"fields": ("content",), "classes": ["collapse"]}),
    )
    error = stored("last_error", _("what went wrong"))

    @display(description=_("what happened"), ordering="topic")
    def shown_topic(self, message: OutboxMessage) -> str:
        return topic_name(message.topic)

    @display(description=_("for"), ordering="consumer")
    def shown_consumer(self, message: OutboxMessage) -> str:
        return task_name(message.consumer)

    @display(description=_("due"), ordering="due_at")
    def due(self, message: OutboxMessage) -> Any:
        return moment(message.due_at)

    @display(description=_("done"), ordering="delivered_at")
    def finished(self, message: OutboxMessage) -> Any:
        return moment(message.delivered_at)

    @display(description=_("state"), ordering="state")
    def shown_state(self, message: OutboxMessage) -> SafeString:
        is_done = message.state == MessageState.DELIVERED
        return badge(message.state, gettext("done") if is_done else message.get_state_display())

    @display(description=_("since"), ordering="created_at")
    def when(self, message: OutboxMessage) -> Any:
        return moment(message.created_at)

    @display(description=_("content"))
    def content(self, message: OutboxMessage) -> SafeString:
        return pretty(message.payload)

    @admin.action(description=_("Send again"), permissions=["replay"])
    def replay(self, request: HttpRequest, queryset: QuerySet[OutboxMessage]) -> None:
        call_for_each(
            request,
            queryset,
            lambda message: events.replay_message(message=message),
            gettext("{count} will be sent again."),
        )

    def has_replay_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("events.change_outboxmessage")


def pretty(value: Any) -> SafeString:
    return format_html(
        '<pre class="bo-json">{}</pre>',
        json.dumps(value, indent=2, ensure_ascii=False, default=str),
    )
