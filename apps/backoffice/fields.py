"""Amounts in forms: people type `499.00`, rows hold minor units."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from unfold.widgets import UnfoldAdminTextInputWidget

from apps.common.errors import InvalidInput
from apps.common.money import money_json, parse_amount, to_minor


class AmountField(forms.CharField):
    """A decimal of `currency`; cleans to minor units (int) or None."""

    def __init__(self, *, currency: str = "USD", **kwargs: Any) -> None:
        super().__init__(**{"widget": UnfoldAdminTextInputWidget, "max_length": 20, **kwargs})
        self.currency = currency

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int):
            return money_json(value, self.currency)["amount"]
        return value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(super().has_changed(self.prepare_value(initial), data))

    def clean(self, value: Any) -> int | None:  # type: ignore[override]
        text = super().clean(value)
        if not text:
            return None
        try:
            minor = to_minor(parse_amount(text, self.currency))
        except InvalidInput as error:
            raise ValidationError(str(error)) from error
        if minor < 0:
            raise ValidationError("An amount can't be negative.")
        return minor
