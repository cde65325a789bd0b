"""What the platform's staff write down about a store: a list of all, and the latest on the page of the store."""

from typing import Any, Final

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextareaWidget

from apps.backoffice.base import Admin
from apps.backoffice.cards import Card
from apps.backoffice.columns import moment
from apps.backoffice.sites import platform_admin
from apps.common.fields import BlockField
from apps.platform.models import Store, StoreNote

_LATEST: Final = 5
_BEGINNING: Final = 90


class NoteForm(forms.ModelForm):
    text = BlockField(
        label=_("Note"),
        max_length=4000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
        help_text=_("Seen by the platform's staff alone. No passwords or keys."),
    )

    class Meta:
        model = StoreNote
        fields = ("store", "text", "is_pinned")


@admin.register(StoreNote, site=platform_admin)
class StoreNoteAdmin(Admin):
    form = NoteForm
    list_display = ("beginning", "store", "is_pinned", "written_by", "written")
    list_select_related = ("store",)
    list_filter = ("is_pinned",)
    search_fields = ("text", "written_by", "store__name", "store__slug")
    autocomplete_fields = ("store",)
    card = Card(
        "beginning",
        side=("is_pinned",),
        facts=("store", "written_by"),
        end=("written",),
        named=("is_pinned",),
    )
    empty_advice = _("Write the first one from the page of a store.")

    @display(description=_("note"))
    def beginning(self, row: StoreNote) -> str:
        return Truncator(row.text).chars(_BEGINNING)

    @display(description=_("written"), ordering="created_at")
    def written(self, row: StoreNote) -> SafeString | str:
        return moment(row.created_at)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("store",) if obj else ()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.written_by = str(request.user)[:254]
        super().save_model(request, obj, form, change)


def notes_of(store: Store) -> SafeString:
    """For the store's page: the pinned and the latest ones, and the ways to all and to a new one."""
    rows = store.notes.all()[:_LATEST]
    shown = format_html_join(
        "",
        '<p><a href="{}">{}</a><br><span class="bo-muted">{}, {}</span></p>',
        (
            (
                reverse("platform_admin:platform_storenote_change", args=[row.pk]),
                Truncator(row.text).chars(_BEGINNING * 3),
                row.written_by,
                moment(row.created_at),
            )
            for row in rows
        ),
    )
    add = reverse("platform_admin:platform_storenote_add")
    links = format_html('<a href="{}?store={}">{}</a>', add, store.pk, gettext("write a note"))
    if shown:
        every = reverse("platform_admin:platform_storenote_changelist")
        links = format_html(
            '{}, <a href="{}?q={}">{}</a>', links, every, store.slug, gettext("all its notes")
        )
    return format_html("{}{}", shown, links)
