"""Hosts in the platform's admin: added, removed, verified by hand."""

from contextlib import suppress
from typing import Any, Final

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextInputWidget

from apps.backoffice.base import Admin, sentence_of
from apps.backoffice.cards import Card
from apps.backoffice.columns import moment
from apps.backoffice.host_words import status_badge, warning_badges
from apps.backoffice.sites import platform_admin
from apps.common.errors import DomainError
from apps.common.fields import HostField, LineField
from apps.common.text import NotText
from apps.common.web import clean_host
from apps.platform import services
from apps.platform.models import Domain, DomainProof

RIGHT: Final = "platform.change_domain"


class ReasonForm(forms.Form):
    reason = LineField(
        label=_("Reason"),
        max_length=300,
        widget=forms.TextInput({"class": "bo-input"}),
        help_text=_("How the store has shown that the host is its own. It stays in the audit log."),
    )


class DomainForm(forms.ModelForm):
    """One more host for a store."""

    domain = HostField(
        label=_("Host"),
        max_length=253,
        widget=UnfoldAdminTextInputWidget,
        help_text=_(
            "Such as shop.example.com or मसाला.भारत; letters beyond a to z are kept as xn--."
        ),
    )

    class Meta:
        model = Domain
        fields = ("domain", "tenant", "is_primary")

    def _post_clean(self) -> None:
        """The service checks and writes; a taken host is an error of its field."""
        if self.errors:
            return
        try:
            self.instance = services.add_domain(
                store=self.cleaned_data["tenant"],
                host=self.cleaned_data["domain"],
                is_primary=self.cleaned_data["is_primary"],
            )
        except DomainError as error:
            self.add_error("domain", sentence_of(error))


@admin.register(Domain, site=platform_admin)
class DomainAdmin(Admin):
    """Hosts are added and removed, never renamed: bookmarks and links contain them."""

    form = DomainForm
    list_display = ("domain", "tenant", "shown_status", "problems", "is_primary", "added")
    card = Card(
        "domain",
        side=("shown_status",),
        facts=("tenant",),
        badges=("problems", "is_primary"),
        end=("added",),
        named=("is_primary",),
    )
    list_select_related = ("tenant",)
    list_filter = (
        ("status", ChoicesDropdownFilter),
        ("proof", ChoicesDropdownFilter),
        ("lost_at", admin.EmptyFieldListFilter),
        "is_primary",
    )
    # A page of a host can only be read; the form is that of a new one.
    shown_fields = (
        "domain",
        "tenant",
        "shown_status",
        "by_hand",
        "is_primary",
        "proof",
        "finding",
        "problems",
        "points_to",
        "added",
        "claimed_at",
        "verified_at",
        "checked_at",
        "next_check_at",
        "lost_at",
    )
    search_fields = ("domain", "tenant__name", "tenant__slug")
    autocomplete_fields = ("tenant",)

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        """A host in letters of any script is looked up as it is kept."""
        with suppress(NotText):
            search_term = clean_host(search_term)
        return super().get_search_results(request, queryset, search_term)

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.verify_view)
        own = path("<uuid:domain_id>/verify/", view, name="platform_domain_verify")
        return [own, *super().get_urls()]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.shown_fields if obj else self.form.Meta.fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.shown_fields if obj else ()

    def verify_view(self, request: HttpRequest, domain_id: Any) -> HttpResponse:
        """Without its record, with a reason for the audit log."""
        domain = get_object_or_404(Domain.objects.select_related("tenant"), pk=domain_id)
        if not request.user.has_perm(RIGHT):
            raise PermissionDenied
        page = reverse("platform_admin:platform_domain_change", args=[domain.pk])
        form = ReasonForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                services.verify_domain(domain=domain, **form.cleaned_data)
            except DomainError as error:
                form.add_error(None, sentence_of(error))
            else:
                done = gettext("%(host)s is verified.") % {"host": domain.domain}
                messages.success(request, done)
                return HttpResponseRedirect(page)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Verify %(host)s by hand") % {"host": domain.domain},
            "opts": self.opts,
            "domain": domain,
            "form": form,
            "page": page,
        }
        return TemplateResponse(request, "backoffice/domain_verify.html", context)

    @display(description=_("status"), ordering="status")
    def shown_status(self, domain: Domain) -> SafeString:
        return status_badge(domain)

    @display(description=_("warnings"))
    def problems(self, domain: Domain) -> SafeString:
        return format_html_join(" ", "{}", ((each,) for each in warning_badges(domain)))

    @display(description=_("by hand"))
    def by_hand(self, domain: Domain) -> SafeString | str:
        """A host whose record was found may be made independent of it, too."""
        if domain.proof == DomainProof.STAFF:
            return "-"
        url = reverse("platform_admin:platform_domain_verify", args=[domain.pk])
        return format_html('<a href="{}">{}</a>', url, gettext("Verify it without its record"))

    @display(description=_("added"), ordering="created_at")
    def added(self, domain: Domain) -> Any:
        return moment(domain.created_at)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Domain, form: Any, change: bool) -> None:
        """Written by the form."""

    def delete_model(self, request: HttpRequest, obj: Domain) -> None:
        services.remove_domain(domain=obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(super().has_delete_permission(request, obj)) and not (obj and obj.is_primary)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {}  # one at a time, and never the primary one
