"""A store's pages of words: shipping, returns, privacy and the like."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.contrib.forms.widgets import WysiwygWidget
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextInputWidget

from apps.backoffice.base import Admin
from apps.backoffice.cards import Card
from apps.backoffice.columns import flag, moment
from apps.backoffice.sites import store_admin
from apps.common.errors import DomainError
from apps.common.fields import BlockField, LineField
from apps.common.form_errors import show_error
from apps.content import services as content
from apps.content.models import Page


class PageForm(forms.ModelForm):
    slug = LineField(
        label=_("Address"),
        max_length=120,
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text=_(
            "The last part of the page's address, in letters of any script. Empty: made from the title."
        ),
    )
    body = BlockField(
        label=_("Text"),
        required=False,
        widget=WysiwygWidget,
        help_text=_("Drafts have gaps in [brackets]: fill them in before you publish."),
    )

    class Meta:
        model = Page
        fields = content.PAGE_FIELDS

    def clean(self) -> dict[str, Any]:
        values = dict(self.cleaned_data)
        page = None if self.instance._state.adding else self.instance
        try:
            content.check_page(values=values, page=page)
        except DomainError as error:
            show_error(self, error)
        return values

    def _post_clean(self) -> None:
        """The form sets nothing on the row; the service writes the checked values."""

    def save(self, commit: bool = True) -> Page:
        """Only the row: `PageAdmin.save_model` hands the values to the service."""
        page: Page = self.instance
        return page

    def save_m2m(self) -> None:
        """Called by the admin; a page has no such relations."""


@admin.register(Page, site=store_admin)
class PageAdmin(Admin):
    form = PageForm
    list_display = ("title", "address", "published", "footer", "changed")
    card = Card(
        "title",
        facts=("address",),
        end=("changed",),
        badges=("published", "footer"),
        named=("published", "footer"),
    )
    list_filter = ("is_published",)
    search_fields = ("title", "slug")
    ordering = ("position", "title")
    fieldsets = (
        (None, {"fields": ("title", "body", ("is_published", "in_footer"))}),
        ("Place", {"fields": (("slug", "purpose"), "position", "description")}),
    )
    published = flag("is_published", "published")
    footer = flag("in_footer", "in the footer")

    def save_model(self, request: HttpRequest, obj: Page, form: Any, change: bool) -> None:
        content.save_page(values=form.cleaned_data, page=obj)

    def delete_model(self, request: HttpRequest, obj: Page) -> None:
        content.delete_page(page=obj)

    def view_on_site(self, obj: Page) -> str:
        return reverse("storefront:page", args=[obj.link_slug], urlconf="config.urls.store")

    @display(description=_("address"), ordering="slug")
    def address(self, page: Page) -> str:
        return f"/pages/{page.link_slug}/"

    @display(description=_("changed"), ordering="updated_at")
    def changed(self, page: Page) -> Any:
        return moment(page.updated_at)
