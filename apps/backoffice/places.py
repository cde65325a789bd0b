"""Places in forms of the admin: a region is chosen from the list of its country, or typed where it has none; the
countries of a shipping method are ticked by continent."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from apps.common.addresses import FIELDS, check_address, has_regions, region_choices
from apps.common.addresses.countries import CONTINENTS
from apps.common.places import country_choices
from apps.common.text import fold
from apps.tenancy.context import current_store_or_none

# The region's field -> the country's.
PAIRS: Mapping[str, str] = {"region": "country", "origin_region": "origin_country"}


class PlaceForm(forms.ModelForm):
    """A mixin for forms with a country and a region: normalizes the address fields."""

    class Media:
        js = ("backoffice/places.js",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, country in PAIRS.items():
            if name in self.fields and country in self.fields:
                self._show_region(name, country)

    def _show_region(self, name: str, country: str) -> None:
        field = self.fields[name]
        field.widget = region_widget(str(self[country].value() or ""))
        if field.label == "Region":
            field.label = gettext("State or region")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        for name, country in PAIRS.items():
            if name in self.fields and country in self.fields:
                prefix = name.removesuffix("region")
                self._clean_place(values, prefix)
        return values

    def _clean_place(self, values: dict[str, Any], prefix: str) -> None:
        names = [name for name in FIELDS if name != "name" and prefix + name in self.fields]
        errors: dict[str, list[str]] = {}
        given = {name: values.get(prefix + name) for name in names}
        store = current_store_or_none()
        if store is not None and not given.get("country") and any(given.values()):
            given["country"] = store.country  # the region is one of it
        clean = check_address(given, errors=errors, needed=())
        for name in names:
            if name in errors:
                self.add_error(prefix + name, errors[name])
            elif prefix + name in values:
                values[prefix + name] = clean[name]


def with_places(form: type[forms.ModelForm]) -> type[forms.ModelForm]:
    """The form class, with lists of regions where it has a country and a region."""
    fields = form.base_fields
    if not any(name in fields and country in fields for name, country in PAIRS.items()):
        return form
    placed: type[forms.ModelForm] = type(form.__name__, (PlaceForm, form), {})
    placed.base_fields = fields  # as the admin class has made them
    return placed


class _Marked:
    """Before a widget: its HTML lies in a box that the script can exchange as a whole."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        inner = super().render(name, value, attrs, renderer)  # type: ignore[misc]  # of the widget
        return format_html('<div data-region-of="{}">{}</div>', PAIRS[name], inner)


class RegionSelect(_Marked, UnfoldAdminSelectWidget):
    """The regions of one country."""


class RegionInput(_Marked, UnfoldAdminTextInputWidget):
    """Of a country without a list."""


def region_widget(country: str) -> forms.Widget:
    if has_regions(country):
        return RegionSelect(choices=[("", "-"), *region_choices(country)])
    return RegionInput()


def region_field(request: HttpRequest) -> HttpResponse:
    """The input of a region for another country, for the script of the form."""
    name = request.GET.get("name", "")
    if name not in PAIRS:
        raise Http404
    widget = region_widget(request.GET.get("country", "")[:2])
    return HttpResponse(widget.render(name, "", {"id": f"id_{name}"}))


@dataclass(frozen=True)
class Chosen:
    """A form's choice of countries: all, or those in `codes`."""

    everywhere: bool
    codes: list[str]


class CountriesWidget(forms.Widget):
    template_name = "backoffice/countries.html"

    class Media:
        css: ClassVar = {"all": ("backoffice/countries.css",)}
        js = ("backoffice/countries.js",)

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        chosen = value if isinstance(value, Chosen) else _chosen(value)
        names = dict(country_choices())
        continents = [
            {
                "name": continent,
                "countries": sorted(
                    ((code, names[code], code in chosen.codes) for code in line.split()),
                    key=lambda country: fold(country[1]),
                ),
                "count": sum(code in chosen.codes for code in line.split()),
            }
            for continent, line in CONTINENTS.items()
        ]
        context: dict[str, Any] = super().get_context(name, None, attrs)
        return {**context, "chosen": chosen, "continents": continents}

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """By the project's templates: a form's own renderer knows only Django's."""
        return render_to_string(self.template_name, self.get_context(name, value, attrs))

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Chosen:
        codes = data.getlist(name) if hasattr(data, "getlist") else data.get(name, [])
        return Chosen(data.get(f"{name}_scope") == "everywhere", list(codes))

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data and f"{name}_scope" not in data

    def use_required_attribute(self, initial: Any) -> bool:
        return False


class CountriesField(forms.Field):
    """For a column of country codes: an empty list means "everywhere" and is shown as this word."""

    widget = CountriesWidget

    def clean(self, value: Any) -> list[str]:
        chosen = value if isinstance(value, Chosen) else _chosen(value)
        if chosen.everywhere:
            return []
        known = dict(country_choices())
        codes = sorted(set(chosen.codes), key=lambda code: known.get(code, code))
        if not codes:
            raise ValidationError(gettext("Choose at least one country, or everywhere."))
        if not known.keys() >= set(codes):
            raise ValidationError(gettext("One of these is not a country."))
        return codes

    def has_changed(self, initial: Any, data: Any) -> bool:
        before = _chosen(initial)
        return before.everywhere != data.everywhere or (
            not data.everywhere and set(before.codes) != set(data.codes)
        )


def _chosen(codes: Any) -> Chosen:
    return Chosen(everywhere=not codes, codes=list(codes or []))
