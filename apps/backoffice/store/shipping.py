"""Shipping methods as staff type them: prices, also by zone, and terms of profiles."""

import itertools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectMultipleWidget, UnfoldAdminTextareaWidget

from apps.backoffice.fields import AmountField, name_money_of
from apps.backoffice.places import CountriesField
from apps.backoffice.postal_codes import PostalCodesField, require_codes
from apps.backoffice.term_rows import Column, TermRowsField, Typed
from apps.common.amounts import read_amount, write_amount
from apps.common.errors import InvalidInput
from apps.common.fields import BlockField
from apps.common.money import MAX_MINOR, to_minor
from apps.common.text import plain_signs, whole_number
from apps.pricing.models import ShippingKind, ShippingMethod
from apps.shipping.selectors import list_pickup_places, list_profiles, list_zones
from apps.tenancy.context import current_store

_MOST_BRACKETS = 50
_HEAVIEST = 10_000_000  # grams

Brackets = list[list[int]]


def read_brackets(text: str, kind: str, currency: str, language: str) -> Brackets:
    """Lines such as `500: 49.00`, each valid from its weight in grams, or order value, until the next.

    Raises `ValidationError` for a line that can't be read, a beginning above 0, or one that is not above the one before.
    """
    found: Brackets = []
    for line in filter(None, (each.strip() for each in plain_signs(text).splitlines())):
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
    grams = whole_number(text, most=_HEAVIEST)
    if grams is None:
        raise InvalidInput(
            gettext("%(value)s is not a number of grams.") % {"value": text.strip()[:20]}
        )
    return grams


def write_brackets(brackets: Brackets, kind: str, currency: str, language: str) -> str:
    """As `read_brackets` reads them."""
    return "\n".join(
        f"{write_amount(least, currency, language) if kind == ShippingKind.VALUE else least}: "
        f"{write_amount(price, currency, language)}"
        for least, price in brackets
    )


_TERMS = (
    ("", _("taken")),
    ("order", _("taken, surcharge for the order")),
    ("piece", _("taken, surcharge for each piece")),
    ("refused", _("not taken")),
)
_DAYS = re.compile(r"(\d{1,3})(?:\s*[-–]\s*(\d{1,3}))?")


@dataclass(frozen=True)
class TermsOfMethod:
    """What staff type about zones and profiles, and what the row keeps of it."""

    kind: str
    currency: str
    language: str

    def read_zones(self, typed: Typed) -> list[dict[str, Any]]:
        return [self._read_zone(code, row) for code, row in typed.items() if row["price"]]

    def _read_zone(self, code: str, row: Mapping[str, str]) -> dict[str, Any]:
        brackets = None
        if self.kind in (ShippingKind.WEIGHT, ShippingKind.VALUE):
            brackets = read_brackets(row["price"], self.kind, self.currency, self.language)
        return {
            "zone": code,
            "amount_minor": brackets[0][1] if brackets else self._amount(row["price"]),
            "brackets": brackets,
            "free_above_minor": self._amount(row["free_above"]) if row["free_above"] else None,
            "days": _read_days(row["days"]),
        }

    def read_profiles(self, typed: Typed) -> list[dict[str, Any]]:
        found = []
        for code, row in typed.items():
            terms = row["terms"]
            if terms and terms not in dict(_TERMS):
                raise ValidationError(gettext("This is not one of the choices."))
            if terms in ("order", "piece") and not row["surcharge"]:
                raise ValidationError(gettext("Type the surcharge."))
            if terms:
                extra = self._amount(row["surcharge"]) if terms != "refused" else 0
                per = terms if terms != "refused" else "order"
                found.append(
                    {
                        "profile": code,
                        "is_taken": terms != "refused",
                        "surcharge_minor": extra,
                        "per": per,
                    }
                )
        return found

    def write_zones(self, rows: Iterable[Mapping[str, Any]]) -> Typed:
        return {
            row["zone"]: {
                "price": write_brackets(row["brackets"], self.kind, self.currency, self.language)
                if row.get("brackets")
                else self._written(row["amount_minor"]),
                "free_above": self._written(row.get("free_above_minor")),
                "days": "-".join(map(str, row.get("days") or ())),
            }
            for row in rows
        }

    def write_profiles(self, rows: Iterable[Mapping[str, Any]]) -> Typed:
        return {
            row["profile"]: {
                "terms": row["per"] if row["is_taken"] else "refused",
                "surcharge": self._written(row["surcharge_minor"]) if row["is_taken"] else "",
            }
            for row in rows
        }

    def _amount(self, text: str) -> int:
        try:
            minor = to_minor(read_amount(text, self.currency, self.language))
        except InvalidInput as error:
            raise ValidationError(f"{text[:40]}: {error}") from error
        if not 0 <= minor <= MAX_MINOR:
            raise ValidationError(gettext("An amount can't be negative."))
        return minor

    def _written(self, minor: int | None) -> str:
        return "" if minor is None else write_amount(minor, self.currency, self.language)


def _read_days(text: str) -> list[int] | None:
    if not text:
        return None
    found = _DAYS.fullmatch(plain_signs(text))
    if found is None or int(found[1]) > int(found[2] or found[1]):
        raise ValidationError(gettext("%(text)s are no days, such as 2-4.") % {"text": text[:20]})
    return [int(found[1]), int(found[2] or found[1])]


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
    countries = CountriesField(
        label=_("Delivers to"),
        required=False,
        help_text=_("Not used where it has prices by zone: then the zones say where it goes."),
    )
    postal_codes = PostalCodesField(label=_("These postal codes"))
    zone_prices = TermRowsField(
        label=_("Prices by zone"),
        columns=(
            Column("price", _("Price, or lines as above"), rows=2),
            Column("free_above", _("Free from")),
            Column("days", _("Days, such as 2-4")),
        ),
        list_rows=lambda: [(zone.code, zone.name) for zone in list_zones()],
        help_text=_(
            "A zone without a price is not served. Of several zones that hold an address, the first counts."
        ),
    )
    profile_terms = TermRowsField(
        label=_("Shipping profiles"),
        columns=(
            Column("terms", _("Goods of it"), choices=_TERMS),
            Column("surcharge", _("Surcharge")),
        ),
        list_rows=lambda: [(each.code, each.name) for each in list_profiles()],
    )
    pickup_places = forms.MultipleChoiceField(
        label=_("Pickup places"),
        required=False,
        widget=UnfoldAdminSelectMultipleWidget,
        help_text=_("Of the kind pickup. None chosen: all."),
    )

    class Meta:
        model = ShippingMethod
        fields = (
            "name", "code", "kind", "amount_minor", "prices", "free_above_minor", "heaviest_grams", "countries",
            "postal_rule", "postal_codes", "zone_prices", "profile_terms", "pickup_places", "estimate_days_min",
            "estimate_days_max", "is_active", "position",
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
        self.terms = TermsOfMethod(self.instance.kind, currency, store.language)
        self.initial["zone_prices"] = self.terms.write_zones(self.instance.zone_prices or ())
        self.initial["profile_terms"] = self.terms.write_profiles(self.instance.profile_terms or ())
        if "pickup_places" in self.fields:
            places = cast(forms.MultipleChoiceField, self.fields["pickup_places"])
            places.choices = [(spot.code, spot.name) for spot in list_pickup_places()]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        low, high = values.get("estimate_days_min"), values.get("estimate_days_max")
        if low is not None and high is not None and low > high:
            self.add_error(
                "estimate_days_max", gettext("The longest time can't be shorter than the shortest.")
            )
        self._clean_prices(values)
        self._clean_terms(values)
        require_codes(self, values)
        return values

    def _clean_terms(self, values: dict[str, Any]) -> None:
        """What is kept of zones and profiles. A method with zones goes nowhere else."""
        terms = replace(self.terms, kind=str(values.get("kind") or ShippingKind.FLAT))
        for name, read in (
            ("zone_prices", terms.read_zones),
            ("profile_terms", terms.read_profiles),
        ):
            if name in values:
                try:
                    values[name] = read(values[name])
                except ValidationError as error:
                    self.add_error(name, error)
        if terms.kind == ShippingKind.PICKUP:
            values["zone_prices"] = []

    def _clean_prices(self, values: dict[str, Any]) -> None:
        """A flat price, or brackets, whose first price is that of the column for flat ones."""
        kind, self.instance.brackets = values.get("kind"), None
        if not kind:
            return
        if kind in (ShippingKind.FLAT, ShippingKind.PICKUP):
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
