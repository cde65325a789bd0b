"""The outbox, in both homes."""

import json
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from apps.backoffice.base import RecordAdmin, call_for_each
from apps.backoffice.cards import Card
from apps.backoffice.columns import badge, moment, stored
from apps.backoffice.filters import values_filter
from apps.backoffice.names import task_name, topic_name
from apps.events import services as events
from apps.events.models import OutboxMessage
from apps.events.states import MessageState


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
