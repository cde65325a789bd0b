"""Forms of a customer's account."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from apps.common.addresses import check_address, find_country
from apps.common.fields import CodeField, LineField
from apps.storefront.forms.address import AddressPart, settled


class ProfileForm(forms.Form):
    first_name = LineField(
        required=False, max_length=100, widget=forms.TextInput({"autocomplete": "given-name"})
    )
    last_name = LineField(
        required=False, max_length=100, widget=forms.TextInput({"autocomplete": "family-name"})
    )
    phone = CodeField(
        required=False,
        max_length=60,
        widget=forms.TextInput({"autocomplete": "tel", "type": "tel"}),
    )


class AddressForm(forms.Form):
    """Checked by the same rules as at checkout, so that a saved address can always be used there."""

    company = LineField(
        label=_("Company"),
        required=False,
        max_length=120,
        widget=forms.TextInput({"autocomplete": "organization"}),
    )
    tax_number = CodeField(label=_("Tax number"), required=False, max_length=24)
    is_default = forms.BooleanField(required=False, label=_("Begin checkout with this address"))

    def __init__(
        self, data: QueryDict | None = None, *, initial: dict[str, Any], language: str
    ) -> None:
        data = settled(data, "") if data is not None else None
        values: Any = initial if data is None else data
        country = find_country(str(values.get("country", ""))) or ""
        self.address = AddressPart("", country, language)
        super().__init__(data, initial={**initial, "shown": country})
        self.address.add_fields(self, values)
        last = ("company", "tax_number", "is_default")
        self.order_fields([name for name in self.fields if name not in last])

    @property
    def address_fields(self) -> list[forms.BoundField]:
        return self.address.bound_fields(self)

    def clean(self) -> dict[str, Any]:
        if "update" in self.data:  # only the country was changed: nothing is wrong yet
            return self.cleaned_data
        errors: dict[str, list[str]] = {}
        checked = check_address(self.address.values(self), errors=errors)
        for name, sentences in errors.items():
            if name not in self.errors:
                self.add_error(name if name in self.fields else None, sentences)
        return {**self.cleaned_data, **checked}
