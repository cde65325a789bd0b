"""Fields of the admin's forms: amounts (rows hold minor units, people type `1,499.00`), JSON that PostgreSQL can keep."""

import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.fields import InvalidJSONInput
from unfold.widgets import UnfoldAdminTextInputWidget

from apps.common import fields


class AmountField(fields.AmountField):
    """For a column of minor units: shows what is in it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"widget": UnfoldAdminTextInputWidget, **kwargs})


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
