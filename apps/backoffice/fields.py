"""Fields of the admin's forms: amounts (rows hold minor units, people type `499.00`), JSON that PostgreSQL can keep."""

import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.fields import InvalidJSONInput
from unfold.widgets import UnfoldAdminTextInputWidget

from apps.common import fields
from apps.common.money import money_json


class AmountField(fields.AmountField):
    """For a column of minor units: shows what is in it, and refuses less than nothing."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"widget": UnfoldAdminTextInputWidget, "max_length": 20, **kwargs})

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int):
            return money_json(value, self.currency)["amount"]
        return value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(super().has_changed(self.prepare_value(initial), data))

    def clean(self, value: Any) -> int | None:
        minor = super().clean(value)
        if minor is not None and minor < 0:
            raise ValidationError("An amount can't be negative.")
        return minor


class KeepableJSONField(forms.JSONField):
    """Django's, but numbers of thousands of digits, NaN, NUL and endless nesting are an error of the field."""

    def to_python(self, value: Any) -> Any:
        try:
            found = super().to_python(value)
            if "\\u0000" in json.dumps(found, allow_nan=False):
                raise ValueError("PostgreSQL keeps no NUL")
        except (ValueError, RecursionError):
            raise ValidationError(
                self.error_messages["invalid"], code="invalid", params={"value": str(value)[:40]}
            ) from None
        return found

    def bound_data(self, data: Any, initial: Any) -> Any:
        try:
            return super().bound_data(data, initial)
        except (ValueError, RecursionError):
            return InvalidJSONInput(data)
