"""Addresses of mails: what mail servers said about them, and which mails their owners want."""

from typing import Any, Final

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display

from apps.backoffice.base import RecordAdmin, call_for_each, staff_actor
from apps.backoffice.cards import Card
from apps.backoffice.columns import badge, moment
from apps.backoffice.sites import store_admin
from apps.backoffice.store.single_row import SingleRowAdmin
from apps.notifications import services as notifications
from apps.notifications.mail_registry import mail_kind
from apps.notifications.models import MailAddress, MailConsent, MailSettings

# Also to erase what the store keeps of an address.
ERASES: Final = "notifications.change_mailaddress"


class RefusedFilter(DropdownFilter):  # type: ignore[misc]  # unfold has no types
    title = _("state")
    parameter_name = "refused"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("gone", _("Does not exist")), ("soft", _("Refused for a time"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "gone":
            return queryset.filter(bounced_at__isnull=False)
        if self.value() == "soft":
            return queryset.filter(bounced_at=None, soft_bounces__gt=0)
        return queryset


@admin.register(MailSettings, site=store_admin)
class MailSettingsAdmin(SingleRowAdmin):
    fields = ("imprint", "asks_twice")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        notifications.save_mail_settings(obj)


def erase_readers(request: HttpRequest, rows: QuerySet[Any]) -> None:
    """An action: rows with an `email`, of whom the mails, wishes, notices and tickets are erased."""
    call_for_each(
        request,
        rows,
        lambda row: notifications.erase_reader(email=row.email, actor=staff_actor(request)),
        gettext("{count} erased."),
    )


@admin.register(MailAddress, site=store_admin)
class MailAddressAdmin(RecordAdmin):
    list_display = ("email", "shown_state", "bounce_reason", "soft_bounces", "last")
    card = Card("email", facts=("bounce_reason",), end=("last",), badges=("shown_state",))
    list_filter = (RefusedFilter,)
    search_fields = ("email",)
    actions = ("clear", "erase")
    fields = (
        "email",
        "shown_state",
        "bounced_at",
        "bounce_reason",
        "soft_bounces",
        "last_refused_at",
    )

    @display(description=_("state"))
    def shown_state(self, address: MailAddress) -> SafeString:
        if address.bounced_at is not None:
            return badge("problem", gettext("Does not exist"))
        return badge("active", gettext("Works, as far as we know"))

    @display(description=_("last refused"), ordering="last_refused_at")
    def last(self, address: MailAddress) -> Any:
        return moment(address.last_refused_at)

    @admin.action(description=_("Remove the mark: it works"), permissions=["clear"])
    def clear(self, request: HttpRequest, queryset: QuerySet[MailAddress]) -> None:
        call_for_each(
            request,
            queryset,
            lambda row: notifications.clear_address(address=row, actor=staff_actor(request)),
            gettext("{count} get mails again."),
        )

    @admin.action(
        description=_(
            "Erase: mails, wishes, notices, tickets and words of gift cards of this address"
        ),
        permissions=["clear"],
    )
    def erase(self, request: HttpRequest, queryset: QuerySet[MailAddress]) -> None:
        erase_readers(request, queryset)

    def has_clear_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(ERASES)


@admin.register(MailConsent, site=store_admin)
class MailConsentAdmin(RecordAdmin):
    list_display = ("email", "shown_kind", "shown_wish", "agreed", "refused")
    card = Card("email", facts=("shown_kind",), end=("agreed", "refused"), badges=("shown_wish",))
    search_fields = ("email",)
    fields = (
        "email",
        "shown_kind",
        "shown_wish",
        "asked_at",
        "confirmed_at",
        "opted_in_at",
        "opted_in_source",
        "opted_in_words",
        "opted_out_at",
        "opted_out_source",
        "erased_at",
    )

    @display(description=_("mails"), ordering="kind")
    def shown_kind(self, wish: MailConsent) -> str:
        kind = mail_kind.items().get(wish.kind)
        return str(kind.title) if kind is not None else wish.kind

    @display(description=_("wanted"), ordering="is_on")
    def shown_wish(self, wish: MailConsent) -> SafeString:
        if wish.is_on:
            return badge("active", gettext("Wanted"))
        if wish.is_waiting:
            return badge("pending", gettext("Asked by mail"))
        return badge("closed", gettext("Not wanted"))

    @display(description=_("agreed"), ordering="opted_in_at")
    def agreed(self, wish: MailConsent) -> Any:
        return moment(wish.opted_in_at)

    @display(description=_("refused"), ordering="opted_out_at")
    def refused(self, wish: MailConsent) -> Any:
        return moment(wish.opted_out_at)
