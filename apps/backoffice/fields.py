"""Fields of the admin's forms: amounts (rows hold minor units, people type `1,499.00`)."""

from typing import Any

from unfold.widgets import UnfoldAdminTextInputWidget

from apps.common import fields


class AmountField(fields.AmountField):
    """For a column of minor units: shows what is in it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"widget": UnfoldAdminTextInputWidget, **kwargs})
