"""Unfold's widgets for inputs that are in a table row."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.widgets import Input
from django_stubs_ext import StrOrPromise
from unfold.widgets import BASE_CLASSES, CHECKBOX_CLASSES

# A wrong row must not turn every cell of the table red, as `group-[.errors]` would.
_CALM = [name for name in BASE_CLASSES if "group-[.errors]" not in name]
CELL = " ".join([*_CALM, "px-2", "py-1.5", "w-full"])
_WRONG = "border-red-600 dark:border-red-500"
_CHECK = " ".join(CHECKBOX_CLASSES)


def cell(kind: type[Input] = forms.TextInput, **attrs: Any) -> Input:
    """An input as wide as its cell. `aria_label="SKU"` becomes `aria-label`."""
    named = {name.replace("_", "-"): value for name, value in attrs.items()}
    return kind(attrs={"class": CELL, **named})


def check(label: StrOrPromise) -> forms.CheckboxInput:
    return forms.CheckboxInput(attrs={"class": _CHECK, "aria-label": label})


def mark_wrong(row: forms.Form) -> None:
    """Red borders for the cells with errors."""
    for name in row.errors:
        if name in row.fields:
            attrs = row.fields[name].widget.attrs
            attrs["class"] = f"{attrs.get('class', '')} {_WRONG}".replace("border-base-200 ", "")
