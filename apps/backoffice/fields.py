"""Amounts in the admin's forms: rows hold minor units, people see and type `499.00`."""

from typing import Any

from django.core.exceptions import ValidationError
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
