"""Exceptions from the limits of plans: made and ended here, never changed."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSingleDateWidget, UnfoldAdminTextInputWidget

from apps.backoffice.base import Admin, call_for_each
from apps.backoffice.cards import Card
from apps.backoffice.columns import badge
from apps.backoffice.sites import platform_admin
from apps.common.clock import today
from apps.common.errors import DomainError
from apps.common.fields import LineField
from apps.common.form_errors import show_error
from apps.platform import services
from apps.platform.models import LimitGrant


class GrantForm(forms.ModelForm):
    until = forms.DateField(
        label=_("Last day"),
        widget=UnfoldAdminSingleDateWidget,
        help_text=_("The limit of the plan counts again afterwards; what is there stays."),
    )
    reason = LineField(label=_("Reason"), max_length=200, widget=UnfoldAdminTextInputWidget)

    class Meta:
        model = LimitGrant
        fields = ("store", "limit", "value", "until", "reason")

    def _post_clean(self) -> None:
        """The service checks and writes."""
        if self.errors:
            return
        try:
            self.instance = services.grant_limit(**self.cleaned_data)
        except DomainError as error:
            show_error(self, error)


@admin.register(LimitGrant, site=platform_admin)
class LimitGrantAdmin(Admin):
    form = GrantForm
    list_display = ("store", "limit", "allowed", "until", "state", "granted_by")
    list_select_related = ("store",)
    list_filter = ("limit",)
    search_fields = ("store__name", "store__slug", "reason")
    autocomplete_fields = ("store",)
    card = Card(
        "store", side=("state",), facts=("limit", "allowed"), end=("until",), named=("until",)
    )
    actions = ("end_now",)

    @display(description=_("how many"), ordering="value")
    def allowed(self, grant: LimitGrant) -> str:
        return gettext("any number") if grant.value is None else f"{grant.value:,}"

    @display(description=_("state"))
    def state(self, grant: LimitGrant) -> SafeString:
        is_over = grant.ended_at is not None or grant.until < today()
        return (
            badge("cancelled", gettext("ended")) if is_over else badge("active", gettext("applies"))
        )

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_end_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("platform.change_limitgrant"))

    def save_model(self, request: HttpRequest, obj: LimitGrant, form: Any, change: bool) -> None:
        """Written by the form."""

    @admin.action(description=_("End it now: the plan's limit counts again"), permissions=["end"])
    def end_now(self, request: HttpRequest, queryset: QuerySet[LimitGrant]) -> None:
        call_for_each(
            request,
            queryset,
            lambda grant: services.end_grant(grant=grant),
            gettext("{count} ended."),
        )
