"""What customers change in their account."""

from typing import Any

from django import forms

from apps.common.addresses import FIELDS, check_address
from apps.common.fields import CodeField, LineField
from apps.common.places import country_choices
from apps.storefront.languages import babel_name


class ProfileForm(forms.Form):
    first_name = LineField(
        required=False, max_length=100, widget=forms.TextInput({"autocomplete": "given-name"})
    )
    last_name = LineField(
        required=False, max_length=100, widget=forms.TextInput({"autocomplete": "family-name"})
    )
    phone = CodeField(
        required=False,
        max_length=32,
        widget=forms.TextInput({"autocomplete": "tel", "type": "tel"}),
    )


class AddressForm(forms.Form):
    """Checked by the same rules as at checkout, so that a saved address can always be used there."""

    name = LineField(label="Full name", max_length=120)
    line1 = LineField(label="Street and house number", max_length=200)
    line2 = LineField(label="Flat, floor, company", max_length=200, required=False)
    city = LineField(max_length=100)
    region = LineField(label="State or region", max_length=100, required=False)
    postal_code = CodeField(max_length=20, required=False)
    country = CodeField(max_length=2)
    phone = CodeField(max_length=32, required=False)
    is_default = forms.BooleanField(required=False, label="Begin checkout with this address")

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

    def __init__(self, data: Any = None, *, language: str, **options: Any) -> None:
        super().__init__(data, **options)
        choices = list(country_choices(babel_name(language)))
        self.fields["country"].widget = forms.Select(choices=choices)
        for name in ("region", "postal_code"):  # the country decides
            self.fields[name].is_optional = False  # type: ignore[attr-defined]
        for name, token in self._AUTOCOMPLETE.items():
            self.fields[name].widget.attrs["autocomplete"] = token

    def clean(self) -> dict[str, Any]:
        values = dict(self.cleaned_data)
        errors: dict[str, list[str]] = {}
        checked = check_address(
            {name: values.get(name, "") for name in FIELDS}, prefix="a", errors=errors
        )
        for path, sentences in errors.items():
            name = path.removeprefix("a.")
            if name not in self.errors:
                self.add_error(name, sentences)
        return {**values, **checked}
