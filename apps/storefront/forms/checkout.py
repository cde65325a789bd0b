"""The checkout form: it collects what was typed. What is right is checked in one place, `checkout.details`."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.functional import cached_property

from apps.accounts.models import Address
from apps.checkout.details import CheckoutDetails
from apps.common.addresses import FIELDS
from apps.common.fields import BlockField, CodeField, LineField
from apps.common.places import country_choices
from apps.storefront.languages import babel_name

_MAX_TYPED = 300

# field -> label, autocomplete token, must be filled in
_ADDRESS: dict[str, tuple[str, str, bool]] = {
    "name": ("Full name", "name", True),
    "line1": ("Street and house number", "address-line1", True),
    "line2": ("Flat, floor, company", "address-line2", False),
    "city": ("City", "address-level2", True),
    "region": ("State or region", "address-level1", False),
    "postal_code": ("Postal code", "postal-code", True),
    "country": ("Country", "country", True),
    "phone": ("Phone", "tel", False),
}


class CheckoutForm(forms.Form):
    """Nothing is `required` here, so that the buyer sees every mistake at once; browsers are told by attributes."""

    email = LineField(label="E-mail", required=False, max_length=_MAX_TYPED)
    address = CodeField(required=False, max_length=40)
    other_billing = forms.BooleanField(required=False, label="The invoice goes to another address")
    save_address = forms.BooleanField(required=False, label="Keep this address for next time")
    shipping_method = CodeField(required=False, max_length=40)
    payment_method = CodeField(required=False, max_length=40)
    note = BlockField(label="Note to the store", required=False, max_length=1000)
    expected_total = forms.IntegerField(required=False, min_value=0, max_value=2**53)
    key = forms.RegexField(r"^[A-Za-z0-9_-]{16,64}$", required=False)

    # Whether too little is left of something, so that a button may bring the cart down to it.
    can_fit = False

    def __init__(
        self, data: QueryDict | None = None, *, saved: list[Address], language: str, **options: Any
    ) -> None:
        self.saved = {str(address.pk): address for address in saved}
        self.chosen = self._chosen_address(data)
        if data is not None and self.chosen is not None:
            data = data.copy()
            for name, value in self.chosen.as_dict().items():
                data[f"shipping_address-{name}"] = value
        super().__init__(data, auto_id="checkout-%s", **options)
        countries = list(country_choices(babel_name(language)))
        self._add_address("shipping_address", countries, "shipping")
        self._add_address("billing_address", countries, "billing")
        self.fields["email"].widget = forms.EmailInput(
            {"autocomplete": "email", "required": True, "maxlength": 254}
        )
        self.fields["email"].is_optional = False  # type: ignore[attr-defined]
        self.fields["note"].widget.attrs |= {"rows": 2}

    def _chosen_address(self, data: QueryDict | None) -> Address | None:
        if data is None:
            return next(iter(self.saved.values()), None)
        return self.saved.get(data.get("address", ""))

    def _add_address(self, prefix: str, countries: list[tuple[str, str]], section: str) -> None:
        for name, (label, token, needed) in _ADDRESS.items():
            attrs: dict[str, Any] = {"autocomplete": f"{section} {token}"}
            if needed and section == "shipping" and not self.saved:
                attrs["required"] = True
            if name == "phone":
                attrs["type"] = "tel"
            field: forms.Field = LineField(
                label=label, required=False, max_length=_MAX_TYPED, widget=forms.TextInput(attrs)
            )
            if name == "country":
                field = CodeField(
                    label=label, required=False, max_length=2, widget=forms.Select(attrs, countries)
                )
            # Whether a region is needed depends on the country, so it is never called optional.
            field.is_optional = not needed and name != "region"  # type: ignore[attr-defined]
            self.fields[f"{prefix}-{name}"] = field

    @cached_property
    def shipping(self) -> Mapping[str, forms.BoundField]:
        return {name: self[f"shipping_address-{name}"] for name in FIELDS}

    @cached_property
    def billing(self) -> Mapping[str, forms.BoundField]:
        return {name: self[f"billing_address-{name}"] for name in FIELDS}

    @property
    def place(self) -> tuple[str, str]:
        """Country and region as they stand in the form now, valid or not: they decide what ships and the tax."""
        return str(self.shipping["country"].value() or "")[:2], str(
            self.shipping["region"].value() or ""
        )[:100]

    def show_address_fields(self) -> bool:
        """Open the fields when nothing saved is chosen, or when what is saved is not good enough."""
        wrong = any(name.startswith("shipping_address-") for name in self.errors)
        return self.chosen is None or wrong

    def details(self, language: str) -> CheckoutDetails:
        """What was typed, for `place_order` to check."""
        values = self.cleaned_data
        return CheckoutDetails(
            email=values["email"],
            shipping_address=self._address("shipping_address"),
            billing_address=self._address("billing_address") if values["other_billing"] else None,
            shipping_method=values["shipping_method"],
            payment_method=values["payment_method"],
            expected_total_minor=values["expected_total"],
            note=values["note"],
            language=language,
        )

    def address_to_keep(self) -> dict[str, str] | None:
        """The typed address if the customer wants it kept."""
        wanted = self.cleaned_data["save_address"] and self.chosen is None
        return self._address("shipping_address") if wanted else None

    def _address(self, prefix: str) -> dict[str, str]:
        return {name: self.cleaned_data[f"{prefix}-{name}"] for name in FIELDS}
