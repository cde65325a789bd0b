"""Amounts in forms: people type `1,499.00` as their store writes it, services take minor units."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from apps.common.amounts import read_amount, write_amount
from apps.common.errors import InvalidInput
from apps.common.money import to_minor

_MOST_CHARACTERS = 60


class AmountField(forms.CharField):
    """An amount of `currency`, typed as `language` writes it; cleans to minor units (int), None when empty.

    Both may be set late, by `set_money_of`. The initial value is minor units, too, and is shown so that it reads the
    same when it is sent back.
    """

    def __init__(
        self,
        *,
        currency: str = "USD",
        language: str = "en",
        allow_negative: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**{"max_length": _MOST_CHARACTERS, **kwargs})
        self.currency = currency
        self.language = language
        self.allow_negative = allow_negative

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs: dict[str, Any] = super().widget_attrs(widget)
        return attrs | {"inputmode": "decimal", "autocomplete": "off"}

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int):
            return write_amount(value, self.currency, self.language)
        return value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compared as amounts: `1,499` is no other than `1499.00`. What can't be read has changed."""
        if self.disabled:
            return False
        try:
            return self._minor(initial) != self._minor(data)
        except ValidationError:
            return True

    def clean(self, value: Any) -> int | None:
        minor = self._minor(super().clean(value))
        if minor is not None and minor < 0 and not self.allow_negative:
            raise ValidationError("An amount can't be negative.")
        return minor

    def _minor(self, value: Any) -> int | None:
        if value is None or isinstance(value, int):
            return value
        if not str(value).strip():
            return None
        try:
            return to_minor(read_amount(str(value), self.currency, self.language))
        except InvalidInput as error:
            raise ValidationError(str(error)) from error


def set_money_of(form: forms.BaseForm, *, currency: str, language: str) -> None:
    """Every amount of the form is in that currency, and written as that language does."""
    for field in form.fields.values():
        if isinstance(field, AmountField):
            field.currency, field.language = currency, language
