"""Settings of a store: shipping methods and theme."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import (
    UnfoldAdminColorInputWidget,
)

from apps.backoffice.base import Admin
from apps.backoffice.cards import Card
from apps.backoffice.columns import flag, money, plain
from apps.backoffice.sites import store_admin
from apps.backoffice.store.shipping import ShippingMethodForm
from apps.backoffice.store.single_row import SingleRowAdmin
from apps.common.addresses import country_name
from apps.content import services as content
from apps.content.models import Theme
from apps.pictures.forms import OnePictureField
from apps.pictures.kinds import TAKEN
from apps.pricing.models import ShippingKind, ShippingMethod


@admin.register(ShippingMethod, site=store_admin)
class ShippingMethodAdmin(Admin):
    form = ShippingMethodForm
    list_display = ("name", "price", "free_from", "goes_to", "days", "active", "place")
    card = Card(
        "name",
        side=("price",),
        facts=("goes_to",),
        end=("days",),
        badges=("active", "free_from"),
        named=("days", "active", "free_from"),
    )
    place = plain("position", _("order in lists"))
    prepopulated_fields = {"code": ("name",)}
    active = flag("is_active", "active")

    @display(description=_("price"), ordering="amount_minor")
    def price(self, method: ShippingMethod) -> str:
        amount = money(method.amount_minor, method.currency)
        if method.kind == ShippingKind.FLAT:
            return amount
        return gettext("from %(amount)s, %(kind)s") % {
            "amount": amount,
            "kind": method.get_kind_display().lower(),
        }

    @display(description=_("free from"), ordering="free_above_minor")
    def free_from(self, method: ShippingMethod) -> str:
        price = method.free_above_minor
        return money(price, method.currency) if price is not None else ""

    @display(description=_("delivers to"))
    def goes_to(self, method: ShippingMethod) -> str:
        names = [country_name(code) for code in method.countries]
        if len(names) > 3:
            return gettext("%(names)s and %(count)s more") % {
                "names": ", ".join(names[:2]),
                "count": len(names) - 2,
            }
        return ", ".join(names) or gettext("everywhere")

    @display(description=_("days"))
    def days(self, method: ShippingMethod) -> str:
        return f"{method.estimate_days_min}-{method.estimate_days_max}"


class ThemeForm(forms.ModelForm):
    logo = OnePictureField(
        folder=content.LOGO_FOLDER,
        longest_side=content.LOGO_SIDE,
        help_text=format_lazy(_("{taken}. Best with a transparent background."), taken=TAKEN),
    )

    class Meta:
        model = Theme
        fields = content.THEME_FIELDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.logo:
            self.fields["logo"].widget.attrs["file"] = self.instance.logo.name

    def _post_clean(self) -> None:
        """The model's own checks, without the logo: the form has its token, not its file."""
        logo = self.cleaned_data.pop("logo", None)
        super()._post_clean()  # type: ignore[misc]  # Django has it, the stubs do not
        self.cleaned_data["logo"] = logo


@admin.register(Theme, site=store_admin)
class ThemeAdmin(SingleRowAdmin):
    fieldsets = (
        ("Look", {"fields": (("brand", "accent"), ("fonts", "radius"), "logo")}),
        (
            "Words",
            {"fields": ("tagline", "announcement", "hero_title", "hero_text", "contact_email")},
        ),
        (_("Addresses of pages"), {"fields": ("latin_addresses",)}),
    )

    form = ThemeForm

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        widgets = {"brand": UnfoldAdminColorInputWidget, "accent": UnfoldAdminColorInputWidget}
        return super().get_form(request, obj, **{**kwargs, "widgets": widgets})

    def save_model(self, request: HttpRequest, obj: Theme, form: Any, change: bool) -> None:
        content.save_theme(values=form.cleaned_data)
