"""Tax rates by place and class, and the tax settings of a store."""

from decimal import Decimal
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from apps.backoffice.base import Admin
from apps.backoffice.cards import Card
from apps.backoffice.filters import values_filter
from apps.backoffice.posting import posted
from apps.backoffice.sites import store_admin
from apps.backoffice.store.single_row import SingleRowAdmin
from apps.catalog.tax_classes import STANDARD, find_tax_class, list_tax_classes
from apps.common.addresses import country_name, region_name
from apps.common.fields import BlockField, CodeField
from apps.common.places import country_choices
from apps.common.text import NotText, clean_code, fold_code
from apps.pricing import services as pricing
from apps.pricing.member_states import MEMBER_STATES, OSS_THRESHOLD, RATES_OF
from apps.pricing.models import SellerKind, ShippingTax, TaxRate, TaxSettings
from apps.pricing.rules import percent_text
from apps.pricing.selectors import get_tax_settings, origin_of
from apps.pricing.tax_numbers import clean_tax_number, fault_of_gstin
from apps.tenancy.context import current_store

_INDIA = "IN"
_LIST = "store_admin:pricing_taxrate_changelist"
_ADDS = "pricing.add_taxrate"


class PercentField(forms.DecimalField):
    """`12.5`, `12,5` and `12.5 %`, with up to four decimals."""

    widget = UnfoldAdminTextInputWidget

    def __init__(self, **kwargs: Any) -> None:
        limits = {"min_value": 0, "max_value": 100, "max_digits": 7, "decimal_places": 4}
        super().__init__(**{**limits, "help_text": gettext("Such as 18 or 8.875."), **kwargs})

    def prepare_value(self, value: Any) -> Any:
        return percent_text(value) if isinstance(value, Decimal) else value

    def to_python(self, value: Any) -> Any:
        try:
            typed = clean_code(value).removesuffix("%").strip().replace(",", ".")
        except NotText as error:
            raise ValidationError(str(error)) from error
        return super().to_python(typed)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": "decimal"}


class TaxRateForm(forms.ModelForm):
    tax_class = forms.ChoiceField(
        required=False, initial=STANDARD, label=_("Tax class"), widget=UnfoldAdminSelectWidget
    )
    new_class = CodeField(
        required=False,
        max_length=30,
        label=_("or a new class"),
        widget=UnfoldAdminTextInputWidget,
        help_text=_("A short name, such as reduced. Products can choose it then."),
    )
    percent = PercentField(label=_("Percent"))

    class Meta:
        model = TaxRate
        fields = ("name", "country", "region", "tax_class", "percent", "split")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance._state.adding:
            self.initial.setdefault("country", current_store().country)
        self.classes = list_tax_classes()
        if "tax_class" in self.fields:
            choices = [(each.code, each.label) for each in self.classes]
            cast(forms.ChoiceField, self.fields["tax_class"]).choices = choices

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        typed = values.get("new_class") or ""
        if typed and "new_class" not in self.errors:
            values["tax_class"] = find_tax_class(typed, self.classes) or self._code_of(typed)
        elif "tax_class" in self.fields and not values.get("tax_class"):
            values["tax_class"] = STANDARD
        return values

    def _code_of(self, typed: str) -> str:
        try:
            return fold_code(typed).replace(" ", "-")
        except NotText as error:
            self.add_error("new_class", str(error))
            return STANDARD


@admin.register(TaxRate, site=store_admin)
class TaxRateAdmin(Admin):
    form = TaxRateForm
    change_list_template = "backoffice/tax_rates.html"
    list_display = ("name", "shown_country", "shown_region", "tax_class", "shown_percent")
    card = Card(
        "name",
        side=("shown_percent",),
        facts=("shown_country", "shown_region"),
        end=("tax_class",),
    )
    list_filter = (
        values_filter("country", "country", country_name),
        values_filter("tax_class", "tax class"),
    )

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(add_eu_rates)
        return [path("eu/", view, name="pricing_taxrate_eu"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        is_european = origin_of(get_tax_settings()) in MEMBER_STATES
        context = {
            "may_add_eu_rates": is_european and request.user.has_perm(_ADDS),
            "rates_of": RATES_OF,
            "threshold": f"{OSS_THRESHOLD:,}",
        }
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        classes = ("tax_class",) if obj else (("tax_class", "new_class"),)
        return ("name", ("country", "region"), *classes, "percent", "split")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        # products name the class: it is no other one tomorrow
        return ("tax_class",) if obj else ()

    def delete_model(self, request: HttpRequest, obj: TaxRate) -> None:
        pricing.delete_tax_rate(rate=obj)

    @display(description=_("country"), ordering="country")
    def shown_country(self, rate: TaxRate) -> str:
        return dict(country_choices()).get(rate.country, rate.country)

    @display(description=_("state or region"), ordering="region")
    def shown_region(self, rate: TaxRate) -> str:
        return region_name(rate.country, rate.region)

    @display(description=_("percent"), ordering="percent")
    def shown_percent(self, rate: TaxRate) -> str:
        return f"{percent_text(rate.percent)} %"


@posted(_LIST)
def add_eu_rates(request: HttpRequest) -> HttpResponse:
    """Add the rates of member states that the store lacks."""
    if not request.user.has_perm(_ADDS):
        raise PermissionDenied
    count = pricing.add_eu_rates()
    if count:
        messages.success(request, gettext("%(count)s rates added.") % {"count": count})
    else:
        messages.info(request, gettext("All of them are there already."))
    return redirect(_LIST)


class GstinsField(BlockField):
    """One in each line; a list without repetition."""

    def __init__(self, **kwargs: Any) -> None:
        help_text = _("GSTINs, one in each line.")
        widget = UnfoldAdminTextareaWidget(attrs={"rows": 3})
        super().__init__(
            required=False, max_length=16_000, help_text=help_text, widget=widget, **kwargs
        )

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        found = []
        for line in str(super().clean(value)).splitlines():
            try:
                number = clean_tax_number(line)
            except NotText as error:
                raise ValidationError(str(error)) from error
            if number and (fault := fault_of_gstin(number)):
                raise ValidationError(f"{number}: {fault}")
            found += [number] if number else []
        return list(dict.fromkeys(found))


class TaxSettingsForm(forms.ModelForm):
    shipping_tax_class = forms.ChoiceField(
        label=_("Tax class of shipping"),
        required=False,
        widget=UnfoldAdminSelectWidget,
        help_text=_("Where shipping is always taxed at the rate of one class."),
    )

    zone_buyers = GstinsField(label=_("Buyers in special economic zones"))
    deemed_buyers = GstinsField(label=_("Buyers of deemed exports"))

    class Meta:
        model = TaxSettings
        fields = (
            "prices_include_tax", "shipping_tax", "shipping_tax_class", "origin_country", "origin_region", "tax_number",
            "rounding_unit", "rounding_mode", "zero_rates_exports", "vat_check",
            "seller_kind", "zone_buyers", "zones_bear_tax", "deemed_buyers",
        )  # fmt: skip
        help_texts = {
            "origin_region": _("In India it decides between CGST with SGST and IGST."),
            "tax_number": _("GSTIN, VAT number or the like. Buyers see it on orders and in mails."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "shipping_tax_class" in self.fields:
            choices = [(each.code, each.label) for each in list_tax_classes()]
            cast(forms.ChoiceField, self.fields["shipping_tax_class"]).choices = choices

    def clean_tax_number(self) -> str:
        try:
            return clean_tax_number(self.cleaned_data["tax_number"])
        except NotText as error:
            raise ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        lacks_state = values.get("origin_country") == _INDIA and not values.get("origin_region")
        if lacks_state and "origin_region" not in self.errors:
            self.add_error("origin_region", gettext("Choose the state you sell from."))
        number = values.get("tax_number") or ""
        state = values.get("origin_region") or ""
        is_gstin = number and values.get("origin_country") == _INDIA
        if is_gstin and (fault := fault_of_gstin(number, region=state)):
            self.add_error("tax_number", fault)
        if values.get("origin_country") == _INDIA and "tax_number" not in self.errors:
            self._check_kind(values.get("seller_kind"), number)
        if values.get("shipping_tax") == ShippingTax.CLASS and not values.get("shipping_tax_class"):
            self.add_error("shipping_tax_class", gettext("Choose a class."))
        return values

    def _check_kind(self, kind: str | None, number: str) -> None:
        if kind == SellerKind.COMPOSITION and not number:
            self.add_error("tax_number", gettext("A composition seller has a GSTIN."))
        if kind == SellerKind.UNREGISTERED and number:
            self.add_error("tax_number", gettext("An unregistered seller has no GSTIN."))


@admin.register(TaxSettings, site=store_admin)
class TaxSettingsAdmin(SingleRowAdmin):
    form = TaxSettingsForm
    fieldsets = (
        (
            _("Where you sell from"),
            {"fields": (("origin_country", "origin_region"), ("tax_number", "seller_kind"))},
        ),
        (_("Prices"), {"fields": ("prices_include_tax",)}),
        (_("Shipping"), {"fields": (("shipping_tax", "shipping_tax_class"),)}),
        (_("Sales without tax"), {"fields": ("zero_rates_exports", "vat_check")}),
        (
            _("India: special economic zones and deemed exports"),
            {"fields": ("zone_buyers", "zones_bear_tax", "deemed_buyers")},
        ),
        (_("Rounding"), {"fields": (("rounding_unit", "rounding_mode"),)}),
    )
