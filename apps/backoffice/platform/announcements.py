"""What stores' staff read in their admins: news, warnings, maintenance."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from apps.backoffice.base import Admin, call_for_each
from apps.backoffice.cards import Card
from apps.backoffice.columns import badge
from apps.backoffice.sites import platform_admin
from apps.common.clock import now
from apps.common.fields import BlockField, LineField
from apps.platform.auditing import audited
from apps.platform.models import Announcement, Store


class AnnouncementForm(forms.ModelForm):
    title = LineField(label=_("Title"), max_length=120, widget=UnfoldAdminTextInputWidget)
    text = BlockField(
        label=_("Text"),
        max_length=2000,
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
        help_text=_("Plain text. Addresses of pages can be followed."),
    )

    class Meta:
        model = Announcement
        fields = (
            "kind", "title", "text", "plan", "store", "shown_from", "shown_until", "work_from", "work_until",
        )  # fmt: skip


@admin.register(Announcement, site=platform_admin)
class AnnouncementAdmin(Admin):
    form = AnnouncementForm
    list_display = ("title", "kind", "audience", "state", "shown_from", "shown_until")
    list_select_related = ("plan", "store")
    list_filter = ("kind", "plan")
    search_fields = ("title", "text", "store__name", "store__slug")
    autocomplete_fields = ("store",)
    card = Card(
        "title",
        side=("state",),
        facts=("kind", "audience"),
        end=("shown_until",),
        named=("shown_until",),
    )
    actions = ("end_now",)
    empty_advice = _("Write the first one: stores' staff read it on each page of their admin.")

    @display(description=_("for"))
    def audience(self, row: Announcement) -> str:
        if row.store is not None:
            return row.store.name
        if row.plan is not None:
            return gettext("plan %(name)s") % {"name": row.plan.name}
        return gettext("all stores")

    @display(description=_("state"))
    def state(self, row: Announcement) -> SafeString:
        if row.shown_until <= now():
            return badge("cancelled", gettext("over"))
        if row.shown_from > now():
            return badge("pending", gettext("to come"))
        return badge("active", gettext("shown"))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.written_by = str(request.user)[:254]
        super().save_model(request, obj, form, change)

    def has_end_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("platform.change_announcement"))

    @admin.action(description=_("End it now"), permissions=["end"])
    def end_now(self, request: HttpRequest, queryset: QuerySet[Announcement]) -> None:
        call_for_each(request, queryset, _end, gettext("{count} ended."))


def _end(row: Announcement) -> None:
    """One that is over stays as it was; one that was not shown yet is never shown."""
    moment = now()
    if row.shown_until <= moment:
        return
    with audited("announcement.changed", row):
        row.shown_from = min(row.shown_from, moment - timedelta(seconds=1))
        row.shown_until = moment
        row.save(update_fields=["shown_from", "shown_until", "updated_at"])


def announce_to(store: Store, values: Mapping[str, Any], written_by: str) -> None:
    """One of the stores that were chosen in the list of stores. The values are those of a form without faults."""
    row = Announcement(store=store, written_by=written_by[:254], **values)
    with audited("announcement.created", row):
        row.save(force_insert=True)
