"""Amounts in forms: people type `499.00`, services take minor units."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from apps.common.errors import InvalidInput
from apps.common.money import parse_amount, to_minor


class AmountField(forms.CharField):
    """A decimal of `currency`, which the form may set late; cleans to minor units (int), None when empty."""

    def __init__(self, *, currency: str = "USD", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.currency = currency

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return to_minor(parse_amount(text, self.currency))
        except InvalidInput as error:
            raise ValidationError(str(error)) from error
