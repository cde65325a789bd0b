"""Variants as table rows: one form field for the options and all variants of a product.

The names of the options are in the table's head, each row holds a value for each of them. The field's value is
a `VariantTable`. Three blank rows make it work without JavaScript; `static/backoffice/variants.js` adds more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.widgets import Script
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.catalog.documents import Product
from apps.catalog.forms.looks import CELL, cell, check, mark_wrong
from apps.catalog.forms.pictures import PictureRow
from apps.catalog.inputs import OptionInput, PriceInput, VariantInput
from apps.catalog.limits import MAX_OPTIONS, MAX_VARIANTS
from apps.common.fields import AmountField, CodeField, LineField, set_money_of
from apps.tenancy.context import current_store

_BLANK_ROWS = 3
_PLACES = range(1, MAX_OPTIONS + 1)


@dataclass(frozen=True)
class VariantTable:
    """What the table says. `rows[i]` is the number of the row in which `variants[i]` is."""

    options: Sequence[OptionInput] = ()
    variants: Sequence[VariantInput] = ()
    rows: Sequence[int] = ()

    @classmethod
    def of(cls, product: Product) -> VariantTable:
        return cls(
            options=[OptionInput(name=o.name, values=list(o.values)) for o in product.options],
            variants=[VariantInput.of(variant) for variant in product.variants],
            rows=range(len(product.variants)),
        )


class PictureSelect(forms.Select):
    """One of the product's pictures, with its thumbnail's address for the page's script.

    `aliases` are the names of uploads in the submitted form, such as `new-0`; a choice is matched by them.
    """

    rows: Sequence[PictureRow] = ()
    aliases: Mapping[str, str] = {}

    def show(self, rows: Sequence[PictureRow], aliases: Mapping[str, str]) -> None:
        self.rows, self.aliases = [row for row in rows if not row.is_removed], aliases
        named = [(row.key, _label(number, row)) for number, row in enumerate(self.rows, start=1)]
        self.choices = [("", "-"), *named]

    def format_value(self, value: Any) -> list[str]:
        chosen = str(value or "")
        return [self.aliases.get(chosen, chosen)]

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        url = next((row.url for row in self.rows if row.key == value), "")
        if url:
            option["attrs"]["data-url"] = url
        return option


def _label(number: int, row: PictureRow) -> str:
    words = row.alt or row.name
    return (
        f"{number}: {words[:40]}" if words else gettext("Picture %(number)s") % {"number": number}
    )


class VariantRow(forms.Form):
    id = CodeField(required=False, widget=forms.HiddenInput)
    image_id = CodeField(
        required=False,
        max_length=36,
        widget=PictureSelect(attrs={"class": CELL, "aria-label": _("Picture"), "data-picture": ""}),
    )
    sku = CodeField(max_length=64, widget=cell(aria_label="SKU"))
    price = AmountField(widget=cell(aria_label=_("Price")))
    compare_at = AmountField(required=False, widget=cell(aria_label=_("Old price")))
    weight_grams = forms.IntegerField(
        required=False, min_value=0, widget=cell(forms.NumberInput, aria_label=_("Weight in grams"))
    )
    min_quantity = forms.IntegerField(
        required=False, min_value=1, widget=cell(forms.NumberInput, aria_label=_("Fewest pieces"))
    )
    max_quantity = forms.IntegerField(
        required=False, min_value=1, widget=cell(forms.NumberInput, aria_label=_("Most pieces"))
    )
    quantity_step = forms.IntegerField(
        required=False,
        min_value=1,
        widget=cell(forms.NumberInput, aria_label=_("Pieces of a pack")),
    )
    is_active = forms.BooleanField(required=False, initial=True, widget=check(_("Active")))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "use_required_attribute": False})
        store = current_store()
        set_money_of(self, currency=store.currency, language=store.language)
        for place in _PLACES:
            self.fields[f"value_{place}"] = LineField(
                required=False,
                max_length=60,
                widget=cell(aria_label=gettext("Option %(place)s") % {"place": place}),
            )

    @property
    def thumbnail(self) -> str:
        """The address of the chosen picture's thumbnail."""
        widget = self.fields["image_id"].widget
        assert isinstance(widget, PictureSelect)
        chosen = widget.format_value(self["image_id"].value())[0]
        return next((row.url for row in widget.rows if row.key == chosen), "")

    @property
    def value_fields(self) -> list[forms.BoundField]:
        return [self[f"value_{place}"] for place in _PLACES]

    def chosen(self, names: dict[int, str]) -> dict[str, str]:
        values = {place: self.cleaned_data.get(f"value_{place}", "") for place in _PLACES}
        return {names[place]: value for place, value in values.items() if place in names and value}


class OptionNames(forms.Form):
    """The head of the table: what the values in the columns below are called."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place in _PLACES:
            self.fields[f"option_{place}"] = LineField(
                required=False,
                max_length=40,
                widget=cell(
                    aria_label=gettext("Name of option %(place)s") % {"place": place},
                    placeholder=_HINTS[place - 1],
                ),
            )


_HINTS = (_("Option, such as Size"), _("Option"), _("Option"))


class BaseVariantRows(forms.BaseFormSet[VariantRow]):
    """The rows with their head."""

    def __init__(self, *args: Any, names: dict[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.head = OptionNames(
            self.data if self.is_bound else None, prefix=self.prefix, initial=names
        )

    def add_fields(self, form: VariantRow, index: int | None) -> None:
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].widget = check(gettext("Delete this variant"))

    def is_valid(self) -> bool:
        return self.head.is_valid() and super().is_valid()

    def filled(self) -> list[tuple[int, VariantRow]]:
        """The rows with input that are not marked for deletion, with their numbers."""
        return [
            (number, row)
            for number, row in enumerate(self.forms)
            if row.cleaned_data.get("sku") and not row.cleaned_data.get("DELETE")
        ]


VariantRows = forms.formset_factory(
    VariantRow,
    formset=BaseVariantRows,
    extra=_BLANK_ROWS,
    can_delete=True,
    max_num=MAX_VARIANTS,
    validate_max=True,
    absolute_max=MAX_VARIANTS + _BLANK_ROWS,
)


def _rows(*args: Any, **kwargs: Any) -> BaseVariantRows:
    made: Any = VariantRows
    rows: BaseVariantRows = made(*args, **kwargs)
    return rows


class VariantsWidget(forms.Widget):
    """`faults` maps a row's number to `{field: [sentences]}` found after the form's own checks."""

    template = "backoffice/variants.html"

    class Media:
        css = {"all": ("backoffice/catalog.css",)}
        js = (Script("backoffice/variants.js", defer=True),)

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.faults: dict[int, dict[str, list[str]]] = {}
        self.pictures: Sequence[PictureRow] = ()
        self.aliases: Mapping[str, str] = {}

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return _rows(data, prefix=name)

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return f"{name}-TOTAL_FORMS" not in data

    def id_for_label(self, id_: str) -> str:
        return ""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        rows = value if isinstance(value, BaseVariantRows) else _unbound(name, value)
        if rows.is_bound:
            rows.is_valid()
        for number, fields in self.faults.items():
            _show_faults(rows.forms[number], fields)
        for form in (rows.head, *rows.forms) if rows.is_bound else ():
            mark_wrong(form)
        blank = rows.empty_form
        for row in (blank, *rows.forms):
            row.fields["image_id"].widget.show(self.pictures, self.aliases)
        return render_to_string(
            self.template,
            {
                "rows": rows,
                "blank": blank,
                "options": _option_views(rows),
                "name": name,
                "currency": current_store().currency,
                "most": MAX_VARIANTS,
            },
        )


@dataclass(frozen=True)
class OptionView:
    """An option with its name's field and the values its rows use now."""

    place: int
    field: forms.BoundField
    name: str
    values: str


def _option_views(rows: BaseVariantRows) -> list[OptionView]:
    views = []
    for place, field in zip(_PLACES, rows.head, strict=True):
        used = [row[f"value_{place}"].value() or "" for row in rows.forms]
        views.append(
            OptionView(
                place=place,
                field=field,
                name=field.value() or "",
                values=", ".join(dict.fromkeys(value for value in used if value)),
            )
        )
    return views


def _show_faults(row: VariantRow, fields: dict[str, list[str]]) -> None:
    for field, sentences in fields.items():
        row.add_error(field if field in row.fields else None, sentences)


def _unbound(name: str, table: VariantTable | None) -> BaseVariantRows:
    table = table or VariantTable()
    names = {f"option_{place}": option.name for place, option in zip(_PLACES, table.options)}  # noqa: B905
    currency = current_store().currency
    initial = [_row_initial(variant, table, currency) for variant in table.variants]
    return _rows(prefix=name, initial=initial, names=names)


def _row_initial(variant: VariantInput, table: VariantTable, currency: str) -> dict[str, Any]:
    price = next((price for price in variant.prices if price.currency == currency), None)
    values = {
        f"value_{place}": variant.option_values.get(option.name, "")
        for place, option in zip(_PLACES, table.options)  # noqa: B905
    }
    return {
        "id": variant.id,
        "sku": variant.sku,
        "price": price.amount_minor if price else None,
        "compare_at": price.compare_at_minor if price else None,
        "weight_grams": variant.weight_grams or None,
        "is_active": variant.is_active,
        "image_id": variant.image_id,
        "min_quantity": variant.min_quantity if variant.min_quantity > 1 else None,
        "max_quantity": variant.max_quantity,
        "quantity_step": variant.quantity_step if variant.quantity_step > 1 else None,
        **values,
    }


class VariantsField(forms.Field):
    """Cleans to a `VariantTable`; its initial value is one, too (`VariantTable.of(product)`)."""

    widget = VariantsWidget

    def clean(self, value: Any) -> VariantTable:
        if not isinstance(value, BaseVariantRows) or not value.is_valid():
            raise ValidationError(_sentences(value) or [gettext("Please correct the rows below.")])
        names = {
            place: value.head.cleaned_data[f"option_{place}"]
            for place in _PLACES
            if value.head.cleaned_data.get(f"option_{place}")
        }
        filled = value.filled()
        if not filled:
            raise ValidationError(gettext("A product needs at least one variant."))
        _require_named_values(filled, names)
        chosen = [row.chosen(names) for _, row in filled]
        return VariantTable(
            options=[
                OptionInput(name=name, values=_values_of(name, chosen)) for name in names.values()
            ],
            variants=[
                _variant(row, values) for (_, row), values in zip(filled, chosen, strict=True)
            ],
            rows=[number for number, _ in filled],
        )

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compared as a whole; an unreadable table counts as changed."""
        try:
            table = self.clean(data)
        except ValidationError:
            return True
        before = initial or VariantTable()
        return (list(table.options), list(table.variants)) != (
            list(before.options),
            list(before.variants),
        )


def _sentences(rows: Any) -> list[str]:
    return [str(sentence) for sentence in rows.non_form_errors()] if rows is not None else []


def _require_named_values(filled: list[tuple[int, VariantRow]], names: dict[int, str]) -> None:
    for number, row in filled:
        for place in _PLACES:
            if place not in names and row.cleaned_data.get(f"value_{place}"):
                raise ValidationError(
                    gettext(
                        "Row %(value)s has a value in column %(place)s: name that option in the head."
                    )
                    % {"value": number + 1, "place": place}
                )


def _values_of(name: str, chosen: list[dict[str, str]]) -> list[str]:
    """The option's values are the ones the rows use, in their order."""
    return list(dict.fromkeys(values[name] for values in chosen if name in values))


def _variant(row: VariantRow, values: dict[str, str]) -> VariantInput:
    cleaned = row.cleaned_data
    price = PriceInput(
        currency=current_store().currency,
        amount_minor=cleaned["price"],
        compare_at_minor=cleaned["compare_at"],
    )
    return VariantInput(
        id=cleaned["id"] or None,
        sku=cleaned["sku"],
        prices=[price],
        option_values=values,
        weight_grams=cleaned["weight_grams"] or 0,
        is_active=cleaned["is_active"],
        image_id=cleaned["image_id"],
        min_quantity=cleaned["min_quantity"] or 1,
        max_quantity=cleaned["max_quantity"],
        quantity_step=cleaned["quantity_step"] or 1,
    )
