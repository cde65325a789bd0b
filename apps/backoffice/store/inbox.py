"""Messages that came in from other systems: the list, the page of one, and what staff do about those given up."""

from typing import Any, Final
from uuid import UUID

import orjson
from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from apps.backoffice.base import RecordAdmin, call_for_each, call_service, sentence_of
from apps.backoffice.cards import Card
from apps.backoffice.columns import badge, moment, stored, words
from apps.backoffice.filters import values_filter
from apps.backoffice.posting import posted
from apps.backoffice.sites import store_admin
from apps.common.errors import DomainError
from apps.common.exact_json import read_json
from apps.common.fields import RawField
from apps.common.form_errors import show_error
from apps.inbox import services as inbox
from apps.inbox.models import InboxMessage
from apps.inbox.services.dismissing import LONGEST_REASON
from apps.inbox.sources import source_label
from apps.inbox.states import InboxState

CHANGES: Final = "inbox.change_inboxmessage"
_PAGE: Final = "store_admin:inbox_inboxmessage_change"
_BIG: Final = ("body", "repaired", "headers")


@admin.register(InboxMessage, site=store_admin)
class InboxMessageAdmin(RecordAdmin):
    empty_advice = _(
        "What payment providers and integrations send is listed here. Connect a system under Integrations, and enter its address and secret there."
    )
    list_display = ("when", "sent_by", "what", "subject", "shown_state", "attempts", "error")
    list_display_links = ("when", "what")
    card = Card(
        "what",
        side=("shown_state",),
        facts=("sent_by", "subject"),
        end=("when",),
        badges=("error",),
    )
    error = stored("last_error", _("what went wrong"))
    list_filter = (
        ("state", ChoicesDropdownFilter),
        values_filter("source", "sent by", source_label),
        values_filter("topic", "what"),
    )
    search_fields = ("subject", "key")
    search_help_text = _("What it is about, such as an order's number, or the id of the message")
    fields = (
        "when",
        "sent_by",
        "what",
        "subject",
        "shown_state",
        "attempts",
        "error",
        "effect",
        "handled",
        "size",
        "shown_key",
        "buttons",
        "shown_body",
        "shown_copy",
        "shown_headers",
    )
    actions = ("replay", "dismiss")

    def get_queryset(self, request: HttpRequest) -> QuerySet[InboxMessage]:
        """A list reads no bodies."""
        rows = super().get_queryset(request)
        is_list = request.resolver_match and "object_id" not in request.resolver_match.kwargs
        return rows.defer(*_BIG) if is_list else rows

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("<uuid:message_id>/repair/", view(repair_view), name="inbox_inboxmessage_repair"),
            path("<uuid:message_id>/replay/", view(replay_view), name="inbox_inboxmessage_replay"),
            path(
                "<uuid:message_id>/dismiss/",
                view(dismiss_view),
                name="inbox_inboxmessage_dismiss",
            ),
            *super().get_urls(),
        ]

    def has_replay_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(CHANGES)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        hidden = set() if request.user.has_perm(CHANGES) else {"buttons"}
        if obj is not None and obj.repaired is None:
            hidden.add("shown_copy")
        return [name for name in self.fields if name not in hidden]

    @admin.action(description=_("Handle again"), permissions=["replay"])
    def replay(self, request: HttpRequest, queryset: QuerySet[InboxMessage]) -> None:
        call_for_each(request, queryset, _replay, gettext("{count} handled again."))

    @admin.action(description=_("Dismiss"), permissions=["replay"])
    def dismiss(self, request: HttpRequest, queryset: QuerySet[InboxMessage]) -> None:
        """Without a reason: its field is on the page of each."""
        call_for_each(request, queryset, _dismiss, gettext("{count} dismissed."))

    @display(description=_("sent by"), ordering="source")
    def sent_by(self, message: InboxMessage) -> str:
        return source_label(message.source)

    @display(description=_("what"), ordering="topic")
    def what(self, message: InboxMessage) -> str:
        return words(message.topic)

    @display(description=_("state"), ordering="state")
    def shown_state(self, message: InboxMessage) -> SafeString:
        return badge(message.state, message.get_state_display())

    @display(description=_("received"), ordering="received_at")
    def when(self, message: InboxMessage) -> Any:
        return moment(message.received_at)

    @display(description=_("handled"), ordering="handled_at")
    def handled(self, message: InboxMessage) -> Any:
        return moment(message.handled_at)

    @display(description=_("id of the message"), ordering="key")
    def shown_key(self, message: InboxMessage) -> SafeString:
        """It may be long, and is broken where the screen ends."""
        return _block(message.key)

    @display(description=_("body as it came"))
    def shown_body(self, message: InboxMessage) -> SafeString | str:
        if message.is_forgotten:
            return gettext("The body of this message has expired.")
        return _block(pretty(message.raw))

    @display(description=_("repaired copy, handled in its place"))
    def shown_copy(self, message: InboxMessage) -> SafeString:
        return _block(pretty(message.content))

    @display(description=_("headers"))
    def shown_headers(self, message: InboxMessage) -> SafeString:
        return _block("\n".join(f"{name}: {value}" for name, value in message.headers.items()))

    @display(description=_("what to do"))
    def buttons(self, message: InboxMessage) -> SafeString | str:
        """A link to the page that repairs; to put it away, a button of the form that every page of a record is."""
        if message.is_forgotten:
            return ""
        link = format_html(
            '<a href="{}">{}</a>',
            reverse("store_admin:inbox_inboxmessage_repair", args=[message.pk]),
            gettext("Repair it, or handle it again"),
        )
        return link if message.state != InboxState.DEAD else link + _dismissal(message)


class RepairForm(forms.Form):
    """The copy that is handled in place of the body."""

    repaired = RawField(
        label=_("What is handled"),
        help_text=_("The body stays as it came. Make it equal again to handle the body itself."),
        max_length=1024 * 1024,
        strip=False,
        widget=forms.Textarea(
            attrs={"rows": 24, "spellcheck": "false", "class": "bo-input bo-code"}
        ),
    )


def repair_view(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """Correct the copy; with the button "replay" handle it, too."""
    message = _get(request, message_id)
    form = RepairForm(request.POST or None, initial={"repaired": _text_of(message)})
    if request.method == "POST" and form.is_valid():
        try:
            text = form.cleaned_data["repaired"]
            if text.replace("\r\n", "\n") != _text_of(message).replace("\r\n", "\n"):
                inbox.repair_message(message=message, text=text)
            if "replay" not in request.POST:
                messages.success(request, gettext("Saved."))
                return HttpResponseRedirect(reverse(_PAGE, args=[message.pk]))
            return _replay_and_say(request, message)
        except DomainError as error:
            show_error(form, error)
    context = {
        **store_admin.each_context(request),
        "title": gettext("Repair a message"),
        "opts": InboxMessage._meta,
        "message": message,
        "source": source_label(message.source),
        "what": words(message.topic),
        "state": badge(message.state, message.get_state_display()),
        "form": form,
    }
    return TemplateResponse(request, "backoffice/inbox_repair.html", context)


@posted(_PAGE, "message_id")
def replay_view(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """Handle it again as it is."""
    return _replay_and_say(request, _get(request, message_id))


@posted(_PAGE, "message_id")
def dismiss_view(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """It needs no decision any more."""
    message = _get(request, message_id)
    reason = request.POST.get("reason", "")
    call_service(
        request,
        lambda: inbox.dismiss_message(message=message, reason=reason),
        gettext("Dismissed."),
    )
    return HttpResponseRedirect(reverse(_PAGE, args=[message.pk]))


def _dismissal(message: InboxMessage) -> SafeString:
    return format_html(
        '<div class="bo-after"><label for="reason">{}</label> '
        '<input class="bo-input" id="reason" name="reason" maxlength="{}"> '
        '<button class="bo-button" type="submit" formaction="{}">{}</button></div>',
        gettext("Nothing is to be done about it? A reason, if you like:"),
        LONGEST_REASON,
        reverse("store_admin:inbox_inboxmessage_dismiss", args=[message.pk]),
        gettext("Dismiss"),
    )


def _replay_and_say(request: HttpRequest, message: InboxMessage) -> HttpResponse:
    try:
        after = inbox.replay_message(message=message)
    except DomainError as error:
        messages.error(request, sentence_of(error))
        return HttpResponseRedirect(reverse(_PAGE, args=[message.pk]))
    if after.state == InboxState.DONE:
        said = after.effect or gettext("Nothing was to be done.")
        messages.success(request, f"{gettext('Handled.')} {said}")
    else:
        why = after.last_error.splitlines()[0] if after.last_error else gettext("It waits.")
        messages.warning(
            request, gettext("It was tried again and is not handled: %(why)s") % {"why": why}
        )
    return HttpResponseRedirect(reverse(_PAGE, args=[message.pk]))


def _replay(message: InboxMessage) -> object:
    return inbox.replay_message(message=message)


def _dismiss(message: InboxMessage) -> object:
    return inbox.dismiss_message(message=message)


def _get(request: HttpRequest, message_id: UUID) -> InboxMessage:
    message: InboxMessage = get_object_or_404(InboxMessage, pk=message_id)
    if not request.user.has_perm(CHANGES):
        raise PermissionDenied
    return message


def _text_of(message: InboxMessage) -> str:
    return message.content.decode(errors="replace").replace("\x00", "�")


def pretty(body: bytes) -> str:
    """JSON with a line for each value; anything else as it is."""
    try:
        return orjson.dumps(read_json(body), option=orjson.OPT_INDENT_2).decode()
    except (ValueError, RecursionError, orjson.JSONEncodeError):
        return body.decode(errors="replace")


def _block(text: str) -> SafeString:
    return format_html('<pre class="bo-code">{}</pre>', text)
