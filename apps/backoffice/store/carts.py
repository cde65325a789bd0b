"""A store's rules for carts."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.backoffice.sites import store_admin
from apps.backoffice.store.single_row import SingleRowAdmin
from apps.carts import services as carts
from apps.carts.models import CartSettings


@admin.register(CartSettings, site=store_admin)
class CartSettingsAdmin(SingleRowAdmin):
    fieldsets = (
        (None, {"fields": ("merge_rule",)}),
        (_("How long carts are kept"), {"fields": ("guest_days", "customer_days")}),
    )

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        carts.save_cart_settings(obj)
