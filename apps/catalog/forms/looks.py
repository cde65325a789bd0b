"""Unfold's widgets for inputs that stand in a table row."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.widgets import Input
from unfold.widgets import BASE_CLASSES, CHECKBOX_CLASSES

_CELL = " ".join([*BASE_CLASSES, "px-2", "py-1.5", "w-full"])
_CHECK = " ".join(CHECKBOX_CLASSES)


def cell(kind: type[Input] = forms.TextInput, **attrs: Any) -> Input:
    """An input as wide as its cell. `aria_label="SKU"` becomes `aria-label`."""
    named = {name.replace("_", "-"): value for name, value in attrs.items()}
    return kind(attrs={"class": _CELL, **named})


def check(label: str) -> forms.CheckboxInput:
    return forms.CheckboxInput(attrs={"class": _CHECK, "aria-label": label})
