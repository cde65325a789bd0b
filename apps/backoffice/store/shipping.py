"""The prices of shipping methods, as staff type them."""

import itertools
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget

from apps.backoffice.fields import AmountField, name_money_of
from apps.backoffice.places import CountriesField
from apps.backoffice.postal_codes import PostalCodesField, require_codes
from apps.common.amounts import read_amount, write_amount
from apps.common.errors import InvalidInput
from apps.common.fields import BlockField
from apps.common.money import to_minor
from apps.common.text import ascii_digits
from apps.pricing.models import ShippingKind, ShippingMethod
from apps.tenancy.context import current_store

_MOST_BRACKETS = 50
_HEAVIEST = 10_000_000  # grams

Brackets = list[list[int]]


def read_brackets(text: str, kind: str, currency: str, language: str) -> Brackets:
    """Lines such as `500: 49.00`, each valid from its weight in grams, or order value, until the next.

    Raises `ValidationError` for a line that can't be read, a beginning above 0, or one that is not above the one before.
    """
    found: Brackets = []
    for line in filter(None, (each.strip() for each in text.splitlines())):
        least, colon, price = line.partition(":")
        if not colon:
            raise ValidationError(
                gettext("Write each line as 500: 49.00, not %(line)s.") % {"line": line[:60]}
            )
        try:
            begin = _read_least(least, kind, currency, language)
            found.append([begin, to_minor(read_amount(price, currency, language))])
        except InvalidInput as error:
            raise ValidationError(f"{line[:60]}: {error}") from error
    if not found or found[0][0] != 0:
        raise ValidationError(gettext("There is a gap: the first line must begin at 0."))
    for before, after in itertools.pairwise(found):
        if after[0] <= before[0]:
            raise ValidationError(
                gettext(
                    "Lines overlap: each must begin above the one before it, in ascending order."
                )
            )
    if min(price for _least, price in found) < 0:
        raise ValidationError(gettext("An amount can't be negative."))
    if len(found) > _MOST_BRACKETS:
        raise ValidationError(gettext("At most %(most)s lines.") % {"most": _MOST_BRACKETS})
    return found


def _read_least(text: str, kind: str, currency: str, language: str) -> int:
    if kind == ShippingKind.VALUE:
        return to_minor(read_amount(text, currency, language))
    digits = ascii_digits(text.strip())
    if not (
        digits.isascii() and digits.isdecimal() and len(digits) <= 8 and int(digits) <= _HEAVIEST
    ):
        raise InvalidInput(
            gettext("%(value)s is not a number of grams.") % {"value": text.strip()[:20]}
        )
    return int(digits)


def write_brackets(brackets: Brackets, kind: str, currency: str, language: str) -> str:
    """As `read_brackets` reads them."""
    return "\n".join(
        f"{write_amount(least, currency, language) if kind == ShippingKind.VALUE else least}: "
        f"{write_amount(price, currency, language)}"
        for least, price in brackets
    )


class ShippingMethodForm(forms.ModelForm):
    amount_minor = AmountField(
        label=_("Price"), required=False, help_text=_("Of the kind with a flat price.")
    )
    free_above_minor = AmountField(
        label=_("Free from"),
        required=False,
        help_text=_("Order value from which it costs nothing. Empty: never."),
    )
    prices = BlockField(
        label=_("Prices"),
        required=False,
        max_length=5_000,
        widget=UnfoldAdminTextareaWidget,
        help_text=_(
            "Of the other kinds, one in each line: from how many grams, or from which order value, and the price. "
            "0: 49.00 and 1000: 89.00 is 49.00 below a kilogram, 89.00 from there on."
        ),
    )
    countries = CountriesField(label=_("Delivers to"), required=False)
    postal_codes = PostalCodesField(label=_("These postal codes"))

    class Meta:
        model = ShippingMethod
        fields = (
            "name", "code", "kind", "amount_minor", "prices", "free_above_minor", "heaviest_grams", "countries",
            "postal_rule", "postal_codes", "estimate_days_min", "estimate_days_max", "is_active", "position",
        )  # fmt: skip
        labels: ClassVar = {"heaviest_grams": _("Heaviest parcel (grams)")}
        help_texts: ClassVar = {"heaviest_grams": _("Empty: no limit.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        store = current_store()
        if self.instance._state.adding:
            self.initial.setdefault("countries", [store.country])
        currency = self.instance.currency or store.currency
        self.instance.currency = currency
        name_money_of(self, currency=currency, language=store.language)
        if self.instance.brackets:
            self.initial["prices"] = write_brackets(
                self.instance.brackets, self.instance.kind, currency, store.language
            )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        low, high = values.get("estimate_days_min"), values.get("estimate_days_max")
        if low is not None and high is not None and low > high:
            self.add_error(
                "estimate_days_max", gettext("The longest time can't be shorter than the shortest.")
            )
        self._clean_prices(values)
        require_codes(self, values)
        return values

    def _clean_prices(self, values: dict[str, Any]) -> None:
        """A flat price, or brackets, whose first price is that of the column for flat ones."""
        kind, self.instance.brackets = values.get("kind"), None
        if not kind:
            return
        if kind == ShippingKind.FLAT:
            if values.get("amount_minor") is None and "amount_minor" not in self.errors:
                self.add_error("amount_minor", gettext("This field is required."))
            return
        try:
            brackets = read_brackets(
                values.get("prices") or "",
                str(kind),
                self.instance.currency,
                current_store().language,
            )
        except ValidationError as error:
            self.add_error("prices", error)
            return
        self.instance.brackets = brackets
        values["amount_minor"] = brackets[0][1]
