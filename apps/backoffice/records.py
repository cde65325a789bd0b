"""Records that exist in both homes: the audit log and the outbox."""

import json
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from apps.backoffice.base import RecordAdmin, call_for_each
from apps.backoffice.columns import badge, moment, words
from apps.events import services as events
from apps.events.models import AuditEntry, OutboxMessage


class AuditEntryAdmin(RecordAdmin):
    list_display = ("when", "actor_label", "shown_action", "target_label", "shown_ip")
    list_filter = ("action", ("actor_kind", ChoicesDropdownFilter))
    search_fields = ("actor_label", "target_label", "target_ref", "action")
    date_hierarchy = "created_at"
    fields = (
        "created_at",
        "actor_label",
        "actor_kind",
        "shown_action",
        "target_label",
        "target_ref",
        "ip",
        "was",
        "became",
    )

    @display(description="when", ordering="created_at")
    def when(self, entry: AuditEntry) -> Any:
        return moment(entry.created_at)

    @display(description="action", ordering="action")
    def shown_action(self, entry: AuditEntry) -> str:
        return words(entry.action)

    @display(description="IP address", ordering="ip")
    def shown_ip(self, entry: AuditEntry) -> str:
        return entry.ip or "-"

    @display(description="before")
    def was(self, entry: AuditEntry) -> SafeString:
        return pretty(entry.before)

    @display(description="after")
    def became(self, entry: AuditEntry) -> SafeString:
        return pretty(entry.after)


class OutboxMessageAdmin(RecordAdmin):
    """What is on its way inside the shop; dead messages can be sent again."""

    list_display = ("shown_topic", "shown_consumer", "shown_state", "attempts", "when", "due")
    list_filter = (("state", ChoicesDropdownFilter), "topic")
    search_fields = ("topic", "key", "consumer")
    actions = ("replay",)
    fields = (
        "topic",
        "key",
        "consumer",
        "state",
        "attempts",
        "due_at",
        "created_at",
        "delivered_at",
        "last_error",
        "content",
    )

    @display(description="what happened", ordering="topic")
    def shown_topic(self, message: OutboxMessage) -> str:
        return words(message.topic)

    @display(description="for", ordering="consumer")
    def shown_consumer(self, message: OutboxMessage) -> str:
        return words(message.consumer)

    @display(description="due", ordering="due_at")
    def due(self, message: OutboxMessage) -> Any:
        return moment(message.due_at)

    @display(description="state", ordering="state")
    def shown_state(self, message: OutboxMessage) -> SafeString:
        return badge(message.state, message.get_state_display())

    @display(description="since", ordering="created_at")
    def when(self, message: OutboxMessage) -> Any:
        return moment(message.created_at)

    @display(description="content")
    def content(self, message: OutboxMessage) -> SafeString:
        return pretty(message.payload)

    @admin.action(description="Send again", permissions=["replay"])
    def replay(self, request: HttpRequest, queryset: QuerySet[OutboxMessage]) -> None:
        call_for_each(
            request,
            queryset,
            lambda message: events.replay_message(message=message),
            "{count} will be sent again.",
        )

    def has_replay_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("events.change_outboxmessage")


def pretty(value: Any) -> SafeString:
    return format_html(
        '<pre class="bo-json">{}</pre>',
        json.dumps(value, indent=2, ensure_ascii=False, default=str),
    )
