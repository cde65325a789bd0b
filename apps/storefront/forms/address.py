"""The fields of a postal address by country: names, order and labels.

`common.addresses` validates the input. Attributes mark required fields for browsers, so that a
buyer who sends a form sees every mistake at once.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.common.addresses import (
    FIELDS,
    AddressFormat,
    address_format,
    check_region,
    find_country,
    has_regions,
    region_choices,
)
from apps.common.addresses.postal_codes import is_numeric
from apps.common.fields import CodeField, LineField
from apps.common.places import country_choices
from apps.storefront.languages import babel_name

_MAX_TYPED = 300
_MARK = "shown"  # the country whose fields the page had
_AUTOCOMPLETE = {
    "name": "name",
    "line1": "address-line1",
    "line2": "address-line2",
    "city": "address-level2",
    "region": "address-level1",
    "postal_code": "postal-code",
    "country": "country",
    "phone": "tel",
}
_CODES = ("postal_code", "country", "phone")
_HINTS = {"phone": _("For the carrier, if there is a question.")}
_WIDTHS = {2: "half", 3: "third"}


@dataclass(frozen=True)
class AddressPart:
    """An address inside a form. `prefix` is in front of its names, `section` in front of autocomplete tokens."""

    prefix: str
    country: str
    language: str
    section: str = ""
    is_needed: bool = True
    needs: Collection[str] = ()  # beside what the country needs

    @property
    def format(self) -> AddressFormat:
        return address_format(self.country)

    def add_fields(self, form: forms.Form, values: Mapping[str, Any]) -> None:
        """Put the fields into the form. A field that the country does not have stays visible while it has a value."""
        names = [
            name
            for name in (*self.format.order(self.language), *FIELDS)
            if self.format.uses(name) or values.get(self.prefix + name)
        ]
        names = list(dict.fromkeys(names))
        width = _WIDTHS.get(sum(name in ("city", "region", "postal_code") for name in names), "")
        for name in names:
            field = self._field(name)
            field.is_optional = not self._requires(name)  # type: ignore[attr-defined]
            field.width = width if name in ("city", "region", "postal_code") else ""  # type: ignore[attr-defined]
            form.fields[self.prefix + name] = field
        mark = CodeField(required=False, max_length=2, widget=forms.HiddenInput)
        form.fields[self.prefix + _MARK] = mark

    def bound_fields(self, form: forms.Form) -> list[forms.BoundField]:
        names = [self.prefix + name for name in (*FIELDS, _MARK)]
        return [form[name] for name in form.fields if name in names]

    def values(self, form: forms.Form) -> dict[str, str]:
        """The input for `check_address`; fields that were not shown are empty."""
        return {name: form.cleaned_data.get(self.prefix + name, "") for name in FIELDS}

    def offer_countries(self, form: forms.Form, countries: Collection[str] | None) -> None:
        """Limit the choice to these countries; None or an empty list: every country.

        A country that is in the form and is not offered is shown as a question.
        """
        if not countries:
            return
        field = form.fields[f"{self.prefix}country"]
        choices = [(code, name) for code, name in _countries(self.language) if code in countries]
        if self.country not in countries:
            choices.insert(0, ("", gettext("Choose a country")))
        field.widget.choices = choices  # type: ignore[attr-defined]

    def ask_only(self, form: forms.Form, needed: Collection[str]) -> None:
        """Remove optional fields without errors; the remaining fields are required."""
        for name in FIELDS:
            field = form.fields.get(self.prefix + name)
            if field is None:
                continue
            if name in needed:
                field.is_optional = False  # type: ignore[attr-defined]
                field.width = ""  # type: ignore[attr-defined]
                if self.is_needed:
                    field.widget.attrs["required"] = True
            elif self.prefix + name not in form.errors:
                del form.fields[self.prefix + name]

    def _requires(self, name: str) -> bool:
        return name in self.format.required or name in self.needs

    def _field(self, name: str) -> forms.Field:
        token = f"{self.section} {_AUTOCOMPLETE[name]}".strip()
        attrs: dict[str, Any] = {"autocomplete": token}
        if self.is_needed and self._requires(name):
            attrs["required"] = True
        kind = CodeField if name in _CODES else LineField
        return kind(
            label=self.format.label(name),
            required=False,
            max_length=_MAX_TYPED,
            help_text=_HINTS.get(name, "") if self.section != "billing" else "",
            widget=self._widget(name, attrs),
        )

    def _widget(self, name: str, attrs: dict[str, Any]) -> forms.Widget:
        if name == "country":
            return forms.Select(attrs, _countries(self.language))
        if name == "region" and has_regions(self.country):
            choices = region_choices(self.country, self.language)
            return forms.Select(attrs, [("", gettext("Choose")), *choices])
        if name == "phone":
            attrs["type"] = "tel"
        if name == "postal_code" and is_numeric(self.country):
            attrs["inputmode"] = "numeric"
        return forms.TextInput(attrs)


def settled(data: QueryDict, prefix: str) -> QueryDict:
    """The form as it was sent, with the region as its code, and without what belonged to another country's fields.

    Without scripts a page still shows the fields of the country before: its state is none of the new country.
    """
    data = data.copy()
    country = find_country(data.get(f"{prefix}country", "")) or ""
    region, problem = check_region(country, data.get(f"{prefix}region", ""))
    shown = data.get(prefix + _MARK, "")
    if shown and shown != country:
        known = bool(region) and not problem and has_regions(country)
        data[f"{prefix}region"] = region if known else ""
        if not address_format(country).uses("postal_code"):
            data[f"{prefix}postal_code"] = ""
    elif not problem:
        data[f"{prefix}region"] = region
    if country:
        data[f"{prefix}country"] = country
    data[prefix + _MARK] = country
    return data


def _countries(language: str) -> list[tuple[str, str]]:
    return list(country_choices(babel_name(language)))
