"""Mails to buyers: their text, their delivery state, and sending again."""

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

from apps.backoffice.base import RecordAdmin, call_for_each, staff_actor
from apps.backoffice.cards import Card
from apps.backoffice.columns import badge, moment, words
from apps.backoffice.filters import values_filter
from apps.backoffice.sites import store_admin
from apps.common.places import language_choices
from apps.notifications import services as notifications
from apps.notifications.models import SentMail
from apps.notifications.selectors import delivery_problem


@admin.register(SentMail, site=store_admin)
class SentMailAdmin(RecordAdmin):
    list_display = ("subject", "to", "shown_state", "when", "left")
    card = Card("subject", facts=("to",), end=("when",), badges=("shown_state",))
    list_filter = (("state", ChoicesDropdownFilter), values_filter("template", "about"))
    search_fields = ("to", "subject")
    actions = ("send_again",)
    fields = (
        "to",
        "subject",
        "shown_state",
        "trouble",
        "created_at",
        "sent_at",
        "sending",
        "reply_to",
        "kind",
        "written_in",
        "content",
    )

    @display(description=_("state"), ordering="state")
    def shown_state(self, mail: SentMail) -> SafeString:
        return badge(mail.state, mail.get_state_display())

    @display(description=_("written"), ordering="created_at")
    def when(self, mail: SentMail) -> Any:
        return moment(mail.created_at)

    @display(description=_("sent"), ordering="sent_at")
    def left(self, mail: SentMail) -> Any:
        return moment(mail.sent_at)

    @display(description=_("language"))
    def written_in(self, mail: SentMail) -> str:
        return dict(language_choices()).get(mail.language, mail.language)

    @display(description=_("about"))
    def kind(self, mail: SentMail) -> str:
        return words(mail.template)

    @display(description=_("what went wrong"))
    def trouble(self, mail: SentMail) -> str:
        return delivery_problem(mail) or "-"

    @display(description=_("text"))
    def content(self, mail: SentMail) -> SafeString:
        return format_html('<pre class="bo-json">{}</pre>', mail.shown_text)

    @admin.action(description=_("Send again"), permissions=["send"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[SentMail]) -> None:
        call_for_each(
            request,
            queryset,
            lambda mail: notifications.send_again(mail=mail, actor=staff_actor(request)),
            gettext("{count} will be sent again."),
        )

    def has_send_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("notifications.change_sentmail")
