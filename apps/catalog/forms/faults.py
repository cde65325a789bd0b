"""Maps the services' error paths (`variants.2.sku`) to fields of a form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django import forms
from django.utils.translation import gettext

from apps.catalog.forms.variants import VariantsWidget, VariantTable
from apps.common.form_errors import show_field_errors

_ROW_FIELDS = {
    *("sku", "weight_grams", "is_active", "image_id"),
    *("min_quantity", "max_quantity", "quantity_step"),
}


def show_faults(form: forms.BaseForm, faults: Mapping[str, list[str]]) -> None:
    """Puts each fault at its field, or on top of the form if the form does not have the field."""
    shown = {path: texts for path, texts in faults.items() if not path.startswith("variants.")}
    show_field_errors(form, shown, places=_places_of)


def _places_of(path: str) -> Iterable[str]:
    name = path.split(".")[0]
    if name in ("own_from", "own_to"):
        return (f"{name}_minor",)
    return ("variants", "options") if name == "options" else (name,)


def show_variant_faults(
    form: forms.BaseForm, table: VariantTable, faults: Mapping[str, list[str]]
) -> None:
    """Faults of single variants are shown in their rows, and the field gets a summary."""
    by_row: dict[int, dict[str, list[str]]] = {}
    for path, sentences in faults.items():
        parts = path.split(".")
        if parts[0] == "variants" and len(parts) > 1:
            row = table.rows[int(parts[1])]
            by_row.setdefault(row, {}).setdefault(_column(parts[2:], table), []).extend(sentences)
    if by_row:
        widget = form.fields["variants"].widget
        assert isinstance(widget, VariantsWidget)
        widget.faults = by_row
        form.add_error("variants", gettext("Please correct the rows below."))


def _column(parts: list[str], table: VariantTable) -> str:
    """The row's input for `sku`, `prices.0.amount`, `option_values.Size` and so on."""
    if parts[0] == "prices":
        return "compare_at" if parts[-1] == "compare_at" else "price"
    names = [option.name for option in table.options]
    if parts[0] == "option_values" and parts[-1] in names:
        return f"value_{names.index(parts[-1]) + 1}"
    return parts[0] if parts[0] in _ROW_FIELDS else "sku"
