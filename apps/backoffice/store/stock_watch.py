"""Alerts of stock, and who waits for what."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from apps.backoffice.base import RecordAdmin
from apps.backoffice.cards import Card
from apps.backoffice.columns import badge, moment
from apps.backoffice.sites import store_admin
from apps.backoffice.store.single_row import SingleRowAdmin
from apps.inventory import services as inventory
from apps.inventory.models import StockAlertSettings, StockNotice

_TONES = {"waiting": "draft", "confirmed": "pending", "sent": "done"}


class AlertForm(forms.ModelForm):
    class Meta:
        model = StockAlertSettings
        fields = ("addresses", "minutes", "offers_notices")
        labels = {
            "addresses": _("Mail when stock runs low"),
            "minutes": _("Collect for so many minutes"),
            "offers_notices": _("Back-in-stock notices"),
        }


@admin.register(StockAlertSettings, site=store_admin)
class StockAlertSettingsAdmin(SingleRowAdmin):
    form = AlertForm
    fields = ("addresses", "minutes", "offers_notices")

    def save_model(
        self, request: HttpRequest, obj: StockAlertSettings, form: Any, change: bool
    ) -> None:
        inventory.save_stock_alerts(
            settings=obj,
            addresses=obj.addresses,
            minutes=obj.minutes,
            offers_notices=obj.offers_notices,
        )


@admin.register(StockNotice, site=store_admin)
class StockNoticeAdmin(RecordAdmin):
    list_display = ("title", "email", "shown_state", "when")
    list_filter = (("state", ChoicesDropdownFilter),)
    search_fields = ("title", "email")
    card = Card("title", side=("shown_state",), facts=("email",), end=("when",))
    fields = readonly_fields = (
        "title", "email", "state", "created_at", "confirmed_at", "sent_at", "expires_at",
    )  # fmt: skip

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("inventory.delete_stocknotice")

    @display(description=_("state"), ordering="state")
    def shown_state(self, row: StockNotice) -> SafeString:
        return badge(_TONES[row.state], row.get_state_display())

    @display(description=_("asked"), ordering="created_at")
    def when(self, row: StockNotice) -> Any:
        return moment(row.created_at)
