"""Mails to buyers and staff: as they were sent, their delivery state, and sending again."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from apps.backoffice.base import RecordAdmin, call_for_each, call_service, staff_actor
from apps.backoffice.cards import Card
from apps.backoffice.columns import badge, exact_moment, moment
from apps.backoffice.filters import values_filter
from apps.backoffice.posting import posted
from apps.backoffice.sites import store_admin
from apps.backoffice.store.mail_frames import CLOSED, framed
from apps.common.places import language_choices
from apps.events.models import AuditEntry
from apps.notifications import services as notifications
from apps.notifications.mail_registry import name_of
from apps.notifications.models import SentMail
from apps.notifications.selectors import delivery_problem, find_refused_address

_SEES = "notifications.view_sentmail"
_SENDS = "notifications.change_sentmail"


@admin.register(SentMail, site=store_admin)
class SentMailAdmin(RecordAdmin):
    list_display = ("subject", "to", "shown_state", "when", "left")
    card = Card("subject", facts=("to",), end=("when",), badges=("shown_state",))
    list_filter = (("state", ChoicesDropdownFilter), values_filter("template", "about", name_of))
    search_fields = ("to", "subject")
    actions = ("send_again",)
    fields = (
        "to",
        "subject",
        "shown_state",
        "trouble",
        "bounce",
        "created_at",
        "sent_at",
        "sendings",
        "reply_to",
        "kind",
        "written_in",
        "attached_name",
        "as_sent",
        "content",
    )
    change_form_outer_after_template = "backoffice/mail_again.html"

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("<uuid:mail_id>/html/", html_door, name="notifications_sentmail_html"),
            path("<uuid:mail_id>/again/", view(again_view), name="notifications_sentmail_again"),
            *super().get_urls(),
        ]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context = {**context, "may_send": self.has_send_permission(request)}
        return super().render_change_form(request, context, *args, **kwargs)

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
        return name_of(mail.template)

    @display(description=_("what went wrong"))
    def trouble(self, mail: SentMail) -> str:
        return delivery_problem(mail) or "-"

    @display(description=_("the address"))
    def bounce(self, mail: SentMail) -> SafeString | str:
        """What mail servers said about it, of this mail or another."""
        address = find_refused_address(mail.to)
        if address is None:
            return "-"
        page = reverse("store_admin:notifications_mailaddress_change", args=[address.pk])
        said = (
            gettext("Does not exist since %(at)s: %(reason)s")
            if address.bounced_at
            else gettext("Last refused on %(at)s: %(reason)s")
        )
        at = address.bounced_at or address.last_refused_at
        words = said % {"at": exact_moment(at) if at else "", "reason": address.bounce_reason}
        return format_html('<a href="{}">{}</a>', page, words)

    @display(description=_("sendings"))
    def sendings(self, mail: SentMail) -> SafeString | str:
        """How often, and by whom again."""
        again = AuditEntry.objects.filter(
            target_type=SentMail._meta.label_lower,
            target_ref=str(mail.pk),
            action="mail.sent_again",
        ).order_by("pk")
        rows = [
            gettext("again on %(at)s by %(who)s")
            % {"at": exact_moment(entry.created_at), "who": entry.actor_label}
            for entry in again[:20]
        ]
        first = gettext("by the store on %(at)s") % {"at": exact_moment(mail.created_at)}
        return format_html_join("", "<div>{}</div>", ([row] for row in (first, *rows)))

    @display(description=_("as it was sent"))
    def as_sent(self, mail: SentMail) -> SafeString:
        return format_html(
            '<iframe class="bo-preview" sandbox title="{}" src="{}" loading="lazy"></iframe>',
            mail.subject,
            reverse("store_admin:notifications_sentmail_html", args=[mail.pk]),
        )

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
        return request.user.has_perm(_SENDS)


@xframe_options_sameorigin
def html_view(request: HttpRequest, mail_id: UUID) -> HttpResponse:
    """The HTML by itself, for the frame of the page. Without a secret, and nothing of other servers is loaded."""
    if not request.user.has_perm(_SEES):
        raise PermissionDenied
    mail = get_object_or_404(SentMail, pk=mail_id)
    return framed(mail.shown_html, "text/html", policy=CLOSED)


html_door = xframe_options_sameorigin(store_admin.admin_view(html_view))


@posted("store_admin:notifications_sentmail_change", "mail_id")
def again_view(request: HttpRequest, mail_id: UUID) -> HttpResponse:
    if not request.user.has_perm(_SENDS):
        raise PermissionDenied
    mail = get_object_or_404(SentMail, pk=mail_id)
    call_service(
        request,
        lambda: notifications.send_again(mail=mail, actor=staff_actor(request)),
        gettext("It will be sent again."),
    )
    return HttpResponseRedirect(
        reverse("store_admin:notifications_sentmail_change", args=[mail.pk])
    )
