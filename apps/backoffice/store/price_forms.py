"""Forms of price lists, sales and customer groups: their rows as lines of text, which spreadsheets paste and copy."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any, Final, cast
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminExpandableTextareaWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectMultipleWidget,
    UnfoldAdminTextInputWidget,
)

from apps.accounts.selectors import find_customers_by_email
from apps.backoffice.store.discount_form import ProductsField
from apps.backoffice.store.taxes import PercentField
from apps.catalog.selectors import find_variants_by_sku, list_category_nodes
from apps.common.amounts import read_amount, write_amount
from apps.common.errors import InvalidInput
from apps.common.fields import BlockField, CodeField
from apps.common.money import to_minor
from apps.common.text import plain_signs, whole_number
from apps.common.web import normalize_email
from apps.prices.models import CustomerGroup, ListPrice, PriceList, Sale, SalePrice
from apps.prices.services import ListPriceInput, SalePriceInput
from apps.pricing.rules import percent_text
from apps.tenancy.context import current_store

# Shorter than the names of the columns.
_LABELS: Final = {
    "group": _("For the group"),
    "priority": _("Priority"),
    "joins_sales": _("A lower price of a sale counts"),
    "starts_at": _("From"),
    "ends_at": _("Until"),
}
EVERYTHING: Final = "*"
_MOST_ROWS: Final = 5_000
_MOST_MEMBERS: Final = 5_000
_MOST_PIECES: Final = 9_999_999


class RowsField(BlockField):
    """Lines with semicolons between their parts; the tabs of a spreadsheet become semicolons."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(
            plain_signs(value.replace("\t", ";")) if isinstance(value, str) else value
        )


def _rows_field(label: Any, help_text: Any, *, required: bool) -> RowsField:
    return RowsField(
        label=label,
        required=required,
        help_text=help_text,
        max_length=200_000,
        widget=UnfoldAdminExpandableTextareaWidget,
    )


def category_choices() -> list[tuple[str, str]]:
    return [
        (str(node.id), f"{'— ' * node.depth}{node.name}")
        for node in list_category_nodes(include_inactive=True)
    ]


class Line:
    """One line of text: its parts between semicolons, and what is wrong with it."""

    def __init__(self, number: int, text: str, currency: str) -> None:
        self.number, self.text, self.currency = number, text, currency
        self.parts = [part.strip() for part in text.split(";")]

    @property
    def sku(self) -> str:
        return self.parts[0]

    def refuse(self, why: str) -> ValidationError:
        words = gettext("Line %(number)s (%(text)s): %(why)s")
        return ValidationError(words % {"number": self.number, "text": self.text[:60], "why": why})

    def quantity(self) -> int:
        """The middle one of three parts; one piece without it."""
        if len(self.parts) < 3:
            return 1
        pieces = whole_number(self.parts[1].removesuffix("+"), most=_MOST_PIECES)
        if pieces is None:
            raise self.refuse(gettext("The quantity must be a whole number."))
        return pieces

    def percent(self) -> Decimal | None:
        last = self.parts[-1]
        if not last.endswith("%"):
            return None
        try:
            found = Decimal(last.removesuffix("%").strip().replace(",", "."))
        except InvalidOperation as error:
            raise self.refuse(gettext("This is not a percentage.")) from error
        exponent = found.as_tuple().exponent
        if not (found.is_finite() and 0 < found <= 100 and cast(int, exponent) >= -4):
            raise self.refuse(gettext("A percentage is above 0 and at most 100."))
        return found

    def amount(self) -> int:
        try:
            minor = to_minor(read_amount(self.parts[-1], self.currency, current_store().language))
        except InvalidInput as error:
            raise self.refuse(str(error)) from error
        if minor < 0:
            raise self.refuse(gettext("A price is not below zero."))
        return minor


def read_lines_of(text: str, currency: str, *, parts: tuple[int, ...]) -> list[Line]:
    """The lines with that many parts each; an empty one is left out."""
    typed = [
        Line(number, line, currency)
        for number, line in enumerate(text.splitlines(), start=1)
        if line.strip()
    ]
    if len(typed) > _MOST_ROWS:
        raise ValidationError(
            gettext("At most %(most)s lines.") % {"most": _MOST_ROWS}, code="most"
        )
    for line in typed:
        if len(line.parts) not in parts or not all(line.parts):
            raise line.refuse(gettext("Write the parts with semicolons between them."))
    return typed


def _variants_of(lines: list[Line]) -> Callable[[Line], tuple[str, str]]:
    """Reference and SKU of the variant that a line is about."""
    found = find_variants_by_sku([line.sku for line in lines if line.sku != EVERYTHING])

    def variant_of(line: Line) -> tuple[str, str]:
        if line.sku == EVERYTHING:
            return "", ""
        if line.sku not in found:
            raise line.refuse(gettext("There is no variant with this SKU."))
        item = found[line.sku]
        return item.variant_ref, item.sku

    return variant_of


class _RowsForm(forms.ModelForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.currency = self.instance.currency or current_store().currency
        for name in _LABELS.keys() & self.fields.keys():
            self.fields[name].label = _LABELS[name]
        if "currency" in self.fields and self.instance._state.adding:
            self.initial.setdefault("currency", current_store().currency)
        if "category_refs" in self.fields:
            field = cast(forms.MultipleChoiceField, self.fields["category_refs"])
            field.choices = category_choices()
        if "prices" in self.fields and not self.instance._state.adding:
            self.initial["prices"] = self.rows_as_text()

    def rows_as_text(self) -> str:
        raise NotImplementedError

    def read_rows(self, text: str, currency: str) -> list[Any]:
        raise NotImplementedError

    rows: tuple[Any, ...] = ()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        currency = cleaned.get("currency") or self.instance.currency
        if cleaned.get("prices") is not None:
            try:
                self.rows = tuple(self.read_rows(cleaned["prices"], currency))
            except ValidationError as error:
                self.add_error("prices", error)
        return cleaned


class PriceListForm(_RowsForm):
    prices = _rows_field(
        _("Prices"),
        _(
            "One on each line: SKU; from how many pieces; price or percentage off. MUG; 1; 80.00 or MUG; 10; 12.5 %. A star for "
            "everything: *; 1; 10 %. Columns of a spreadsheet can be pasted."
        ),
        required=True,
    )

    class Meta:
        model = PriceList
        fields = (
            "name", "is_active", "currency", "group", "priority", "joins_sales", "starts_at", "ends_at", "prices",
        )  # fmt: skip
        help_texts = {
            "name": _("For staff."),
            "priority": _("Of the lists with a price for a product, the highest number counts."),
            "starts_at": _("In the time zone of the store. Empty: at once."),
        }

    def rows_as_text(self) -> str:
        currency, language = self.instance.currency, current_store().language
        lines = []
        for row in ListPrice.objects.filter(price_list=self.instance):
            price = (
                f"{percent_text(row.percent)} %"
                if row.percent is not None
                else write_amount(row.amount_minor or 0, currency, language)
            )
            lines.append(f"{row.sku or EVERYTHING}; {row.min_quantity}; {price}")
        return "\n".join(lines)

    def read_rows(self, text: str, currency: str) -> list[ListPriceInput]:
        lines = read_lines_of(text, currency, parts=(2, 3))
        variant_of = _variants_of(lines)
        rows, seen = [], set()
        for line in lines:
            ref, sku = variant_of(line)
            percent, quantity = line.percent(), line.quantity()
            if percent is None and not ref:
                raise line.refuse(gettext("For everything write a percentage, such as 10 %."))
            if (ref, quantity) in seen:
                raise line.refuse(gettext("There is another price for this quantity."))
            seen.add((ref, quantity))
            amount = line.amount() if percent is None else None
            rows.append(ListPriceInput(ref, sku, quantity, amount, percent))
        return rows


class SaleForm(_RowsForm):
    percent = PercentField(
        label=_("Percent off"),
        required=False,
        help_text=_("Such as 10 or 12.5. Empty: only the prices below."),
    )
    product_refs = ProductsField(
        label=_("Products"),
        required=False,
        help_text=_("SKUs, one on each line. Empty, like the categories: all products."),
    )
    category_refs = forms.MultipleChoiceField(
        label=_("Categories"), required=False, widget=UnfoldAdminSelectMultipleWidget
    )
    prices = _rows_field(
        _("Prices of its own"),
        _("One on each line: SKU; price. They count in place of the percentage."),
        required=False,
    )

    class Meta:
        model = Sale
        fields = (
            "name", "is_active", "starts_at", "ends_at", "percent", "product_refs", "category_refs", "currency", "prices",
        )  # fmt: skip
        help_texts = {
            "name": _("For staff, and in the API."),
            "starts_at": _("In the time zone of the store."),
            "ends_at": _("Empty: until it is switched off."),
        }

    def rows_as_text(self) -> str:
        currency, language = self.instance.currency, current_store().language
        rows = SalePrice.objects.filter(sale=self.instance)
        return "\n".join(
            f"{row.sku}; {write_amount(row.amount_minor, currency, language)}" for row in rows
        )

    def read_rows(self, text: str, currency: str) -> list[SalePriceInput]:
        lines = read_lines_of(text, currency, parts=(2,))
        variant_of = _variants_of(lines)
        rows, seen = [], set()
        for line in lines:
            ref, sku = variant_of(line)
            if not ref:
                raise line.refuse(gettext("For everything use the percentage."))
            if ref in seen:
                raise line.refuse(gettext("There is another price for this SKU."))
            seen.add(ref)
            rows.append(SalePriceInput(ref, sku, line.amount()))
        return rows


class GroupForm(forms.ModelForm):
    members = _rows_field(
        _("Customers"), _("E-mail addresses of accounts, one on each line."), required=False
    )

    class Meta:
        model = CustomerGroup
        fields = ("name", "members")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "members" in self.fields and not self.instance._state.adding:
            found = self.instance.members.order_by("customer__email")
            self.initial["members"] = "\n".join(found.values_list("customer__email", flat=True))

    customer_ids: frozenset[UUID] = frozenset()

    def clean_members(self) -> str:
        text: str = self.cleaned_data["members"]
        typed = dict.fromkeys(filter(None, map(str.strip, re.split(r"[\s,;]+", text))))
        emails = [normalize_email(each) for each in typed]
        if len(emails) > _MOST_MEMBERS:
            raise ValidationError(
                gettext("At most %(most)s addresses here; use the list of customers for more.")
                % {"most": _MOST_MEMBERS}
            )
        found = find_customers_by_email(emails)
        if missing := [each for each in emails if each not in found]:
            raise ValidationError(
                gettext("No customer has the address %(emails)s.")
                % {"emails": ", ".join(missing[:5])}
            )
        self.customer_ids = frozenset(found.values())
        return text


class WhyForm(forms.Form):
    sku = CodeField(label=_("SKU"), max_length=64, widget=UnfoldAdminTextInputWidget)
    customer = CodeField(
        label=_("Customer"),
        required=False,
        max_length=254,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("E-mail address. Empty: a visitor without an account."),
    )
    quantity = forms.IntegerField(
        label=_("Pieces"),
        initial=1,
        min_value=1,
        max_value=1_000_000,
        widget=UnfoldAdminIntegerFieldWidget,
    )
