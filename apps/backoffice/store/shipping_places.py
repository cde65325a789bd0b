"""Where a store delivers, from where and when: zones, profiles of goods, pickup places, times of dispatch."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldBooleanSwitchWidget,
)

from apps.backoffice.base import Admin
from apps.backoffice.cards import Card
from apps.backoffice.columns import flag, plain
from apps.backoffice.places import Chosen, CountriesField
from apps.backoffice.postal_codes import PostalCodesField, require_codes
from apps.backoffice.sites import store_admin
from apps.common.addresses import country_name, find_region, region_name, split_country
from apps.common.addresses.checking import unknown_region
from apps.common.clock import now
from apps.common.fields import BlockField
from apps.common.text import ascii_digits, plain_signs
from apps.common.time_zones import time_zone_choices
from apps.events import services as events
from apps.fulfilment import services as fulfilment
from apps.fulfilment.pickup_places import orders_at
from apps.pricing.removals import delete_pickup_place, delete_profile, delete_zone
from apps.shipping.models import DispatchTimes, PickupPlace, Profile, Zone
from apps.tenancy.context import current_store

_MOST_REGIONS = 500
_MOST_HOLIDAYS = 400
_MOST_WAITING = 20
_WEEK = (
    (0, _("Monday")), (1, _("Tuesday")), (2, _("Wednesday")), (3, _("Thursday")), (4, _("Friday")), (5, _("Saturday")),
    (6, _("Sunday")),
)  # fmt: skip


class ZoneCountriesField(CountriesField):
    """A zone may consist of regions alone: then no country is chosen."""

    def clean(self, value: Any) -> list[str]:
        if isinstance(value, Chosen) and not value.everywhere and not value.codes:
            return []
        return super().clean(value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(initial != data)


class RegionsField(BlockField):
    """A region on each line, with its country: `IN Karnataka`, `US-CA`. Cleans to `IN-KA`."""

    widget = UnfoldAdminTextareaWidget

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        pairs = (each.partition("-") for each in value)
        return "\n".join(
            f"{country} {region_name(country, code)}" for country, _dash, code in pairs
        )

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.prepare_value(initial or []) != str(data or "").strip())

    def clean(self, value: Any) -> list[str]:
        lines = [line.strip() for line in str(super().clean(value) or "").splitlines()]
        found = {self._read(line) for line in lines if line}
        if len(found) > _MOST_REGIONS:
            raise forms.ValidationError(gettext("At most %(most)s.") % {"most": _MOST_REGIONS})
        return sorted(found)

    def _read(self, line: str) -> str:
        """A name that is a country and a region of the store's own country is the region."""
        line, home = plain_signs(line), current_store().country
        country, region = split_country(line)
        found = find_region(home, line) or find_region(country or home, region)
        if found is None and country and not region:
            words = {"line": line[:60]}
            sentence = gettext("%(line)s is a country: choose it among the whole countries above.")
            raise forms.ValidationError(sentence % words)
        if found is None:
            raise forms.ValidationError(unknown_region(country or home, region[:60]))
        return f"{found.country}-{found.code}"


class ZoneForm(forms.ModelForm):
    countries = ZoneCountriesField(label=_("Whole countries"), required=False)
    regions = RegionsField(
        label=_("Regions"),
        required=False,
        max_length=20_000,
        help_text=_(
            "States or provinces, one on each line, with the country: IN Karnataka, or US-CA."
        ),
    )
    postal_codes = PostalCodesField(label=_("These postal codes"))

    class Meta:
        model = Zone
        fields = ("name", "code", "countries", "regions", "postal_rule", "postal_codes", "position")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row = self.instance
        codes = list(row.countries or [])
        is_new = row._state.adding
        self.initial["countries"] = Chosen(not is_new and not codes and not row.regions, codes)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        chosen = self.fields["countries"].widget.value_from_datadict(
            self.data, {}, self.add_prefix("countries")
        )
        is_everywhere = chosen.everywhere and not values.get("regions")
        if (
            not (is_everywhere or values.get("countries") or values.get("regions"))
            and not self.errors
        ):
            self.add_error("countries", gettext("Choose countries, or type regions."))
        require_codes(self, values)
        return values


@admin.register(Zone, site=store_admin)
class ZoneAdmin(Admin):
    form = ZoneForm
    list_display = ("name", "holds", "place")
    card = Card("name", facts=("holds",), end=("place",), named=("place",))
    place = plain("position", _("order in lists"))
    prepopulated_fields: ClassVar = {"code": ("name",)}

    @display(description=_("holds"))
    def holds(self, zone: Zone) -> str:
        names = [country_name(code) for code in zone.countries]
        for each in zone.regions:
            country, _dash, code = each.partition("-")
            names.append(region_name(country, code))
        if len(names) > 4:
            words = {"names": ", ".join(names[:3]), "count": len(names) - 3}
            return gettext("%(names)s and %(count)s more") % words
        return ", ".join(names) or gettext("everywhere")

    def delete_model(self, request: HttpRequest, obj: Zone) -> None:
        delete_zone(zone=obj)


@admin.register(Profile, site=store_admin)
class ProfileAdmin(Admin):
    list_display = ("name", "shown_code", "place")
    card = Card("name", facts=("shown_code",), end=("place",), named=("place",))
    shown_code = plain("code", _("code"))
    place = plain("position", _("order in lists"))
    fields = ("name", "code", "position")
    prepopulated_fields: ClassVar = {"code": ("name",)}

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("code",) if obj else ()  # products name it

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return {} if obj else self.prepopulated_fields

    def delete_model(self, request: HttpRequest, obj: Profile) -> None:
        delete_profile(profile=obj)


class PickupPlaceForm(forms.ModelForm):
    successor = forms.ChoiceField(
        label=_("Orders that wait here go to"),
        required=False,
        widget=UnfoldAdminSelectWidget,
        help_text=_(
            "Another open place in the same state. Their buyers get a mail with its address."
        ),
    )
    stays = forms.BooleanField(
        label=_("Orders that wait here are still handed over here"),
        required=False,
        widget=UnfoldBooleanSwitchWidget,
        help_text=_("Of a place that closes, if no other takes over."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = PickupPlace.objects.filter(is_active=True).exclude(pk=self.instance.pk)
        if "successor" in self.fields:
            chosen = self.instance.successor
            choices = dict(
                [("", "-"), (chosen, chosen or "-"), *others.values_list("code", "name")]
            )
            self.fields["successor"].choices = list(choices.items())  # type: ignore[attr-defined]  # of a choice


@admin.register(PickupPlace, site=store_admin)
class PickupPlaceAdmin(Admin):
    form = PickupPlaceForm
    list_display = ("name", "city", "opening", "active", "place")
    card = Card(
        "name",
        facts=("city", "opening"),
        end=("place",),
        badges=("active",),
        named=("active", "place"),
    )
    opening = plain("hours", _("opening hours"))
    place = plain("position", _("order in lists"))
    active = flag("is_active", "active")
    prepopulated_fields: ClassVar = {"code": ("name",)}
    fields = (
        ("name", "code"), "warehouse", "line1", "line2", ("city", "postal_code"), ("country", "region"), "phone", "hours",
        ("days_kept", "position"), "is_active",
    )  # fmt: skip

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, **kwargs)
        if "warehouse" in form.base_fields:  # not for those who only look
            form.base_fields["warehouse"].help_text = gettext(
                "Its address and its times are those of this place. An address below has priority."
            )
        return form

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        waits = ("waiting", "successor", "stays") if obj is not None else ()
        return (*self.fields, *waits)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("code", "waiting") if obj else ()  # orders name it

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return {} if obj else self.prepopulated_fields

    @display(description=_("orders that wait here"))
    def waiting(self, place: PickupPlace) -> Any:
        rows = list(orders_at(place.code).values_list("pk", "number")[: _MOST_WAITING + 1])
        links = [
            (reverse("store_admin:orders_order_change", args=[pk]), number)
            for pk, number in rows[:_MOST_WAITING]
        ]
        shown = format_html_join(", ", '<a href="{}">{}</a>', links)
        more = gettext(" and more") if len(rows) > _MOST_WAITING else ""
        return format_html("{}{}", shown, more) if rows else gettext("none")

    def save_model(self, request: HttpRequest, obj: PickupPlace, form: Any, change: bool) -> None:
        """The sweep that the wake-up starts brings orders that wait to the new address."""
        with events.transaction_with_wake_up():
            fulfilment.require_place(place=obj, stays=form.cleaned_data.get("stays", False))
            super().save_model(request, obj, form, change)

    def delete_model(self, request: HttpRequest, obj: PickupPlace) -> None:
        fulfilment.require_no_orders(place=obj)
        delete_pickup_place(place=obj)


class DaysField(forms.TypedMultipleChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            choices=_WEEK, coerce=int, widget=UnfoldAdminCheckboxSelectMultipleWidget, **kwargs
        )


class HolidaysField(BlockField):
    """A day on each line, with its name: `2026-12-25 Christmas Day`."""

    widget = UnfoldAdminTextareaWidget

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return "\n".join(f"{day} {name}".strip() for day, name in value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.prepare_value(initial or []) != str(data or "").strip())

    def clean(self, value: Any) -> list[list[str]]:
        found: dict[str, str] = {}
        for line in str(super().clean(value) or "").splitlines():
            day, _blank, name = line.strip().partition(" ")
            if not day:
                continue
            try:
                found[date.fromisoformat(ascii_digits(day)).isoformat()] = name.strip()[:80]
            except ValueError as error:
                words = {"line": line.strip()[:40]}
                raise forms.ValidationError(
                    gettext("Write each day as 2026-12-25 Christmas Day, not %(line)s.") % words
                ) from error
        if len(found) > _MOST_HOLIDAYS:
            raise forms.ValidationError(gettext("At most %(most)s.") % {"most": _MOST_HOLIDAYS})
        return [[day, name] for day, name in sorted(found.items())]


class DispatchTimesForm(forms.ModelForm):
    working_days = DaysField(label=_("Days on which parcels leave"))
    delivery_days = DaysField(label=_("Days on which carriers deliver"))
    holidays = HolidaysField(
        label=_("Holidays"),
        required=False,
        max_length=40_000,
        help_text=_(
            "One on each line: 2026-12-25 Christmas Day. Nothing leaves or is delivered then."
        ),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"), required=False, widget=UnfoldAdminSelectWidget
    )

    class Meta:
        model = DispatchTimes
        fields = (
            "warehouse",
            "cut_off",
            "handling_days",
            "working_days",
            "delivery_days",
            "holidays",
            "time_zone",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance._state.adding:
            self.initial.setdefault("working_days", [0, 1, 2, 3, 4])
            self.initial.setdefault("delivery_days", [0, 1, 2, 3, 4, 5])
        own = gettext("That of the store (%(zone)s)") % {"zone": current_store().time_zone}
        if "time_zone" in self.fields:
            field = self.fields["time_zone"]
            field.choices = [("", own), *time_zone_choices(now())]  # type: ignore[attr-defined]  # of a choice

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        others = DispatchTimes.objects.filter(warehouse=values.get("warehouse"))
        if "warehouse" in values and others.exclude(pk=self.instance.pk).exists():
            self.add_error("warehouse", gettext("It has its times already."))
        return values


@admin.register(DispatchTimes, site=store_admin)
class DispatchTimesAdmin(Admin):
    form = DispatchTimesForm
    list_display = ("whose", "until", "handling")
    list_select_related = ("warehouse",)
    card = Card("whose", facts=("until", "handling"), named=("until", "handling"))
    handling = plain("handling_days", _("handling days"))
    fields = (
        "warehouse", ("cut_off", "handling_days"), "working_days", "delivery_days", "holidays", "time_zone",
    )  # fmt: skip

    @display(description=_("warehouse"))
    def whose(self, row: DispatchTimes) -> str:
        return str(row)

    @display(description=_("cut-off"))
    def until(self, row: DispatchTimes) -> str:
        return f"{row.cut_off:%H:%M}" if row.cut_off else gettext("midnight")
