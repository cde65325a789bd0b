"""The checkout form. It collects input; `checkout.details` validates it."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Address
from apps.checkout.buyers import read_buyer
from apps.checkout.details import CheckoutDetails
from apps.checkout.errors import InvalidDetails
from apps.checkout.phones import needs_phone
from apps.common.addresses import check_region, find_country
from apps.common.addresses.checking import LIMITS
from apps.common.fields import BlockField, CodeField, LineField
from apps.pricing.tax_numbers import clean_tax_number
from apps.pricing.treatments import CONSUMER, TaxBuyer
from apps.storefront.forms.address import AddressPart, settled
from apps.storefront.forms.gift_cards import applied_codes, gift_card_field, usable_codes

_MAX_TYPED = 300
_SHIPPING, _BILLING = "shipping_address-", "billing_address-"


class CheckoutForm(forms.Form):
    """Nothing is `required` here, so that the buyer sees every mistake at once; attributes mark required fields for browsers."""

    email = LineField(label=_("E-mail"), required=False, max_length=_MAX_TYPED)
    address = CodeField(required=False, max_length=40)
    other_billing = forms.BooleanField(required=False, label=_("My billing address is different"))
    save_address = forms.BooleanField(required=False, label=_("Keep this address for next time"))
    shipping_method = CodeField(required=False, max_length=80)
    payment_method = CodeField(required=False, max_length=40)
    company = LineField(
        label=_("Company"),
        required=False,
        max_length=120,
        widget=forms.TextInput({"autocomplete": "organization"}),
    )
    tax_number = CodeField(label=_("Tax number"), required=False, max_length=40)
    reminds = forms.BooleanField(
        required=False,
        label=_("Remind me by e-mail if I leave this cart. I can refuse it in each mail."),
    )
    note = BlockField(label=_("Note to the store"), required=False, max_length=1000)
    gift_card = gift_card_field(_("Gift card"))
    uses_store_credit = forms.BooleanField(required=False)
    expected_prepaid = forms.IntegerField(required=False, min_value=0, max_value=2**53)
    expected_total = forms.IntegerField(required=False, min_value=0, max_value=2**53)
    key = forms.RegexField(r"^[A-Za-z0-9_-]{16,64}$", required=False)

    # Whether stock is short and the page offers to reduce the cart to what is left.
    can_fit = False
    # The codes that pay. Of a form that was sent they may be anything until `look_at_gift_cards`.
    gift_cards: Sequence[str] = ()

    def __init__(
        self, data: QueryDict | None = None, *, saved: list[Address], language: str, **options: Any
    ) -> None:
        self.saved = {str(address.pk): address for address in saved}
        self.chosen = self._chosen_address(data)
        if data is not None and self.chosen is not None:
            data = data.copy()
            for name, value in self.chosen.as_dict().items():
                data[f"{_SHIPPING}{name}"] = value
            data[f"{_SHIPPING}shown"] = self.chosen.country
        if data is not None:
            self.gift_cards = applied_codes(data)
            data = settled(settled(data, _SHIPPING), _BILLING)
        super().__init__(data, auto_id="checkout-%s", **options)
        self.shipping_part = self._add_address(_SHIPPING, language, is_needed=not self.saved)
        self.billing_part = self._add_address(_BILLING, language, is_needed=False)
        self.fields["email"].widget = forms.EmailInput(
            {"autocomplete": "email", "required": True, "maxlength": 254}
        )
        self.fields["email"].is_optional = False  # type: ignore[attr-defined]
        self.fields["note"].widget.attrs |= {"rows": 2}
        if not self.is_bound and self.chosen is not None:
            self.initial.setdefault("company", self.chosen.company)
            self.initial.setdefault("tax_number", self.chosen.tax_number)

    def _chosen_address(self, data: QueryDict | None) -> Address | None:
        if data is None:
            return next(iter(self.saved.values()), None)
        return self.saved.get(data.get("address", ""))

    def _add_address(self, prefix: str, language: str, *, is_needed: bool) -> AddressPart:
        values: Mapping[str, Any] = self.data if self.is_bound else self.initial
        country = find_country(str(values.get(f"{prefix}country", ""))) or ""
        section = prefix.partition("_")[0]
        needs = ("phone",) if prefix == _SHIPPING and needs_phone(country) else ()
        part = AddressPart(prefix, country, language, section, is_needed, needs)
        part.add_fields(self, values)
        self.initial.setdefault(f"{prefix}shown", country)
        return part

    @property
    def shipping(self) -> list[forms.BoundField]:
        return self.shipping_part.bound_fields(self)

    @property
    def billing(self) -> list[forms.BoundField]:
        return self.billing_part.bound_fields(self)

    @property
    def place(self) -> tuple[str, str]:
        """The form's current country and region, which decide the shipping methods and the tax.

        A region that is unknown, or none of the country, is no region yet.
        """
        if not self.is_bound and self.chosen is not None:
            country, region = self.chosen.country, self.chosen.region
        else:
            country = self.shipping_part.country
            region = self.data.get(f"{_SHIPPING}region", "") if self.is_bound else ""
        region, problem = check_region(country, str(region)[:100])
        return country, "" if problem else region

    @property
    def billing_place(self) -> tuple[str, str]:
        """Country and region of the billing address, to which the tax number belongs."""
        if not (self.is_bound and self.data.get("other_billing")):
            return self.place
        country = self.billing_part.country
        region, problem = check_region(country, self.data.get(f"{_BILLING}region", "")[:100])
        return country, "" if problem else region

    def tax_buyer(self) -> TaxBuyer:
        """Who buys, for the total; a consumer while the number is wrong, which is said when the order is placed."""
        typed = self["tax_number"].value()
        country, region = self.billing_place
        try:
            return read_buyer(
                str(typed or "")[:_MAX_TYPED],
                country=self.place[0],
                billing_country=country,
                billing_region=region,
            )
        except InvalidDetails:
            return CONSUMER

    @property
    def is_for_company(self) -> bool:
        """Whether the fields of a company have something to show."""
        names = ("company", "tax_number")
        return any(self[name].value() or self[name].errors for name in names)

    @property
    def postal_code(self) -> str:
        """As it is typed now, or saved: it decides about cash on delivery."""
        if not self.is_bound and self.chosen is not None:
            return self.chosen.postal_code
        typed = self.data.get(f"{_SHIPPING}postal_code", "") if self.is_bound else ""
        return str(typed)[: LIMITS["postal_code"]]

    def offer_countries(self, countries: Collection[str] | None) -> None:
        """Where the cart can be sent; None: everywhere. A billing address may be anywhere."""
        self.shipping_part.offer_countries(self, countries)

    def ask_only(self, needed: Collection[str]) -> None:
        """The fields for a cart with downloads only; they are not saved as an address."""
        self.shipping_part.ask_only(self, needed)

    def show_address_fields(self) -> bool:
        """Open the fields when nothing saved is chosen, or when what is saved is not good enough."""
        wrong = any(name.startswith("shipping_address-") for name in self.errors)
        return self.chosen is None or wrong

    @property
    def uses_credit(self) -> bool:
        """Also of a form that is only worked out again."""
        return self.is_bound and "uses_store_credit" in self.data

    def look_at_gift_cards(self, visitor: str | None) -> None:
        """Keep the codes that can pay, and add the one that was typed. Wrong ones count against the visitor."""
        self.gift_cards = usable_codes(self, self.gift_cards, visitor=visitor)

    @property
    def has_new_card(self) -> bool:
        """A code was typed, of which the buyer has not seen what it pays."""
        return bool(self.data.get("gift_card", "").strip())

    def details(self, language: str) -> CheckoutDetails:
        """The input, which `place_order` validates."""
        values = self.cleaned_data
        return CheckoutDetails(
            email=values["email"],
            shipping_address=self.shipping_part.values(self),
            billing_address=self.billing_part.values(self) if values["other_billing"] else None,
            shipping_method=values["shipping_method"],
            payment_method=values["payment_method"],
            expected_total_minor=values["expected_total"],
            gift_cards=tuple(self.gift_cards),
            uses_store_credit=values["uses_store_credit"],
            expected_prepaid_minor=values["expected_prepaid"],
            note=values["note"],
            language=language,
            company=values["company"],
            tax_number=values["tax_number"],
        )

    def address_to_keep(self) -> dict[str, str] | None:
        """The typed address if the customer wants it kept."""
        wanted = self.cleaned_data["save_address"] and self.chosen is None
        return {**self.shipping_part.values(self), **self.billed()} if wanted else None

    def billed(self) -> dict[str, str]:
        """The company and its number, which an order was placed with."""
        number = clean_tax_number(self.cleaned_data["tax_number"])
        return {"company": self.cleaned_data["company"], "tax_number": number}
