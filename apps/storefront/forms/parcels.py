"""The form on which a buyer answers a failed attempt. It collects input; the service decides."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.common.addresses import address_format
from apps.common.addresses.postal_codes import is_numeric
from apps.common.clock import today
from apps.common.fields import CodeField, LineField
from apps.fulfilment.states import AnswerWish
from apps.orders.models import Order

PLACE = ("line1", "line2", "city", "postal_code")


class AnswerForm(forms.Form):
    """Everything but the wish may be empty: an empty field stays as it is."""

    wish = forms.ChoiceField(
        choices=AnswerWish.choices, error_messages={"required": _("Choose one.")}
    )
    on = forms.DateField(
        label=_("On another day"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    phone = CodeField(label=_("Another phone number"), required=False, max_length=40)
    line1 = LineField(label=_("Address"), required=False, max_length=300)
    line2 = LineField(label=_("Address, second line"), required=False, max_length=300)
    city = LineField(label=_("City"), required=False, max_length=300)
    postal_code = CodeField(label=_("Postal code"), required=False, max_length=40)

    def __init__(self, data: Any, *, order: Order, said: Mapping[str, Any]) -> None:
        """`said`: the answer so far. Its numbers and places are not shown: the link may be in other hands."""
        super().__init__(
            data, auto_id="answer-%s", initial={"wish": said.get("wish"), "on": said.get("on")}
        )
        country = str(order.shipping_address.get("country") or "")
        shape = address_format(country)
        self.fields["on"].widget.attrs["min"] = today().isoformat()
        self.fields["phone"].widget.attrs |= {"type": "tel", "autocomplete": "tel"}
        for name, token in zip(
            PLACE, ("address-line1", "address-line2", "address-level2", "postal-code"), strict=True
        ):
            if not shape.uses(name):
                del self.fields[name]
                continue
            self.fields[name].label = shape.label(name)
            self.fields[name].widget.attrs["autocomplete"] = token
        if "postal_code" in self.fields and is_numeric(country):
            self.fields["postal_code"].widget.attrs["inputmode"] = "numeric"

    @property
    def places(self) -> list[forms.BoundField]:
        return [self[name] for name in PLACE if name in self.fields]

    @property
    def is_different(self) -> bool:
        """Whether something besides the wish was typed, or is wrong."""
        names = ("phone", *PLACE)
        return any(self[name].value() or self[name].errors for name in names if name in self.fields)

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        typed = self.cleaned_data
        return {
            "wish": typed["wish"],
            "on": typed["on"],
            "phone": typed["phone"],
            "address": {name: typed[name] for name in PLACE if typed.get(name)},
        }
