"""Tickets, canned answers, mails that came in, and the settings of the support desk."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter
from unfold.decorators import display

from apps.backoffice.base import Admin, RecordAdmin, staff_actor
from apps.backoffice.cards import Card
from apps.backoffice.columns import badge, moment
from apps.backoffice.sites import store_admin
from apps.backoffice.store import ticket_page
from apps.backoffice.store.single_row import SingleRowAdmin
from apps.backoffice.store.ticket_buttons import BUTTONS, attachment_view
from apps.common.clock import now
from apps.common.text import ascii_digits, line_of
from apps.support import addresses
from apps.support import services as support
from apps.support.canned import VARIABLES, unknown_variables
from apps.support.desk import DAYS
from apps.support.models import CannedAnswer, InboundMail, SupportSettings, Ticket
from apps.support.selectors import fits_search, is_overdue
from apps.support.states import OVER, RUNNING


class DeskFilter(DropdownFilter):  # type: ignore[misc]  # unfold has no types
    title = _("whose")
    parameter_name = "desk"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("mine", _("Mine")),
            ("unassigned", _("Unassigned")),
            ("waiting", _("Waiting for us")),
            ("overdue", _("Overdue")),
            ("news", _("With news")),
            ("all_open", _("All that are open")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Ticket]) -> QuerySet[Ticket]:
        is_open = ~Q(state__in=OVER)
        wanted = {
            "mine": is_open & Q(assigned_id=request.user.pk),
            "unassigned": is_open & Q(assigned=None),
            "waiting": Q(state__in=RUNNING),
            "overdue": is_overdue(now()),
            "news": Q(has_news=True) & is_open,
            "all_open": is_open,
        }
        chosen = wanted.get(self.value() or "")
        return queryset.filter(chosen) if chosen is not None else queryset


@admin.register(Ticket, site=store_admin)
class TicketAdmin(RecordAdmin):
    list_display = (
        "number",
        "shown_subject",
        "buyer",
        "shown_state",
        "shown_priority",
        "who",
        "due",
        "last",
    )
    list_display_links = ("number", "shown_subject")
    list_filter = (
        DeskFilter,
        ("state", ChoicesDropdownFilter),
        ("priority", ChoicesDropdownFilter),
    )
    list_select_related = ("assigned",)
    search_fields = ("number",)  # shows the field; `get_search_results` searches
    search_help_text = _("Number, e-mail, name, order, tag or a word of the subject")
    ordering = ("-last_message_at", "-id")
    card = Card(
        "shown_subject",
        side=("last",),
        facts=("buyer", "who"),
        end=("number", "due"),
        badges=("shown_state", "shown_priority"),
    )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Ticket], search_term: str
    ) -> tuple[QuerySet[Ticket], bool]:
        term = line_of(search_term)
        if not term:
            return queryset, False
        return queryset.filter(fits_search(term)), False

    def get_urls(self) -> list[Any]:
        doors = [
            path(
                f"<uuid:ticket_id>/{verb}/",
                self.admin_site.admin_view(view),
                name=f"support_ticket_{verb}",
            )
            for verb, view in BUTTONS.items()
        ]
        files = path(
            "<uuid:ticket_id>/files/<uuid:file_id>/",
            self.admin_site.admin_view(attachment_view),
            name="support_ticket_file",
        )
        return [*doors, files, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        ticket = self.get_object(request, object_id)
        if ticket is None or not self.has_view_permission(request, ticket):
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        return ticket_page.show(request, ticket)

    @display(description=_("subject"), ordering="subject")
    def shown_subject(self, ticket: Ticket) -> str:
        return f"● {ticket.subject}" if ticket.has_news and not ticket.is_over else ticket.subject

    @display(description=_("buyer"), ordering="email")
    def buyer(self, ticket: Ticket) -> str:
        return ticket.name or ticket.email

    @display(description=_("state"), ordering="state")
    def shown_state(self, ticket: Ticket) -> SafeString:
        return badge(ticket.state, ticket.get_state_display())

    @display(description=_("priority"), ordering="priority")
    def shown_priority(self, ticket: Ticket) -> SafeString:
        return badge(ticket.priority, ticket.get_priority_display())

    @display(description=_("assigned to"), ordering="assigned__email")
    def who(self, ticket: Ticket) -> str:
        return ticket.assigned.full_name if ticket.assigned else ""

    @display(description=_("due"), ordering="solve_due_at")
    def due(self, ticket: Ticket) -> Any:
        if ticket.is_overdue:
            return badge("problem", gettext("Overdue"))
        is_first = ticket.first_answered_at is None and not ticket.is_over
        at = ticket.first_due_at if is_first else ticket.solve_due_at
        return moment(at) if at else ""

    @display(description=_("last message"), ordering="last_message_at")
    def last(self, ticket: Ticket) -> Any:
        return moment(ticket.last_message_at)


class CannedAnswerForm(forms.ModelForm):
    class Meta:
        model = CannedAnswer
        fields = ("title", "text", "is_active")

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        if unknown := unknown_variables(text):
            words = gettext("There is no variable %(name)s. Known are: %(known)s.")
            known = ", ".join(f"{{{name}}}" for name in VARIABLES)
            raise forms.ValidationError(words % {"name": f"{{{unknown[0]}}}", "known": known})
        return text


@admin.register(CannedAnswer, site=store_admin)
class CannedAnswerAdmin(Admin):
    form = CannedAnswerForm
    list_display = ("title", "is_active")
    card = Card("title", side=("is_active",))
    search_fields = ("title", "text")
    fields = ("title", "text", "is_active", "variables")
    readonly_fields = ("variables",)

    @display(description=_("Variables"))
    def variables(self, row: CannedAnswer) -> str:
        return ", ".join(f"{{{name}}}: {words}" for name, words in VARIABLES.items())


@admin.register(InboundMail, site=store_admin)
class InboundMailAdmin(RecordAdmin):
    """Which mails are tickets now, and which were left alone and why."""

    list_display = ("received", "shown_outcome", "why", "ticket")
    card = Card("received", side=("shown_outcome",), facts=("why", "ticket"))
    list_filter = (("outcome", ChoicesDropdownFilter),)
    list_select_related = ("ticket",)
    fields = ("received", "shown_outcome", "why", "ticket", "size")

    @display(description=_("received"), ordering="received_at")
    def received(self, mail: InboundMail) -> Any:
        return moment(mail.received_at)

    @display(description=_("outcome"), ordering="outcome")
    def shown_outcome(self, mail: InboundMail) -> SafeString:
        return badge(mail.outcome, mail.get_outcome_display())

    @display(description=_("why"), ordering="reason")
    def why(self, mail: InboundMail) -> str:
        return ticket_page.why_of(mail.reason)


@admin.register(SupportSettings, site=store_admin)
class SupportSettingsAdmin(SingleRowAdmin):
    readonly_fields = ("mail_in",)
    fieldsets = (
        (
            _("Working hours"),
            {"fields": (*((f"{day}_from", f"{day}_until") for day in DAYS), "holidays")},
        ),
        (
            _("First answer within hours of work"),
            {"fields": (("answer_urgent", "answer_high"), ("answer_normal", "answer_low"))},
        ),
        (
            _("Solution within hours of work"),
            {"fields": (("solve_urgent", "solve_high"), ("solve_normal", "solve_low"))},
        ),
        (_("After solving"), {"fields": ("asks_satisfaction", "auto_close_days")}),
        (_("Mail"), {"fields": ("mailbox", "mail_in")}),
    )

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Each time is named with its day."""
        names = {f"{day}_from": _DAY_NAMES[day] for day in DAYS}
        return super().get_form(request, obj, **{"labels": names, **kwargs})

    @display(description=_("How mail comes in"))
    def mail_in(self, row: SupportSettings) -> str | SafeString:
        """The secret is shown to those who may change the settings."""
        box = addresses.mailbox()
        if not box:
            return gettext("This store has no address for mail: buyers write on their pages.")
        words = gettext(
            "Mails to %(address)s are posted as they came to /api/v1/support/mail, with the bearer token %(secret)s."
        )
        said = words % {"address": box, "secret": addresses.webhook_secret()}
        page = reverse("store_admin:support_supportsettings_secret", args=[row.pk])
        return format_html(
            '{}<br><a class="bo-button" href="{}">{}</a>', said, page, gettext("Renew the token…")
        )

    def get_urls(self) -> list[Any]:
        page = path(
            "<uuid:settings_id>/secret/",
            self.admin_site.admin_view(self.secret_view),
            name="support_supportsettings_secret",
        )
        return [page, *super().get_urls()]

    def secret_view(self, request: HttpRequest, settings_id: UUID) -> HttpResponse:
        """Asks once, then renews. A second press of the same page changes nothing."""
        row = get_object_or_404(SupportSettings, pk=settings_id)
        if not self.has_change_permission(request, row):
            raise PermissionDenied
        if request.method == "POST":
            seen = ascii_digits(request.POST.get("generation", ""))[:9]
            is_new = seen.isdecimal() and support.renew_secret(
                row, generation=int(seen), actor=staff_actor(request)
            )
            if is_new:
                messages.success(
                    request, gettext("The token is another one. The old one is refused.")
                )
            else:
                messages.info(request, gettext("The token was renewed already."))
            return HttpResponseRedirect(
                reverse("store_admin:support_supportsettings_change", args=[row.pk])
            )
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Renew the token for mail"),
            "opts": self.opts,
            "row": row,
        }
        return TemplateResponse(request, "backoffice/support_secret.html", context)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        support.save_support_settings(obj)


_DAY_NAMES = {
    "monday": _("Monday from"),
    "tuesday": _("Tuesday from"),
    "wednesday": _("Wednesday from"),
    "thursday": _("Thursday from"),
    "friday": _("Friday from"),
    "saturday": _("Saturday from"),
    "sunday": _("Sunday from"),
}
