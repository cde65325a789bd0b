"""Fields of the admin's forms: amounts (rows hold minor units, people type `1,499.00`)."""

from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminTextInputWidget

from apps.common import fields
from apps.common.fields import set_money_of


class AmountField(fields.AmountField):
    """For a column of minor units: shows what is in it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"widget": UnfoldAdminTextInputWidget, **kwargs})


def name_money_of(form: forms.BaseForm, *, currency: str, language: str) -> None:
    """As `set_money_of`, and the label of every amount ends with the currency: `Fee (INR)`."""
    set_money_of(form, currency=currency, language=language)
    for field in form.fields.values():
        if isinstance(field, fields.AmountField):
            field.label = f"{field.label} ({currency})"
