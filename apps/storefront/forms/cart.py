"""Forms of the cart."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import MaxValueValidator
from django.utils.translation import gettext_lazy as _

from apps.carts.gifts import FURTHEST, MOST_MESSAGE, MOST_NAME, GiftDetails
from apps.common.clock import today
from apps.common.fields import (
    AmountField,
    BlockField,
    CodeField,
    EmailField,
    LineField,
    set_money_of,
)
from apps.common.money import format_money, from_minor
from apps.storefront.languages import current_locale
from apps.tenancy.context import current_store

_AT_MOST = MaxValueValidator(lambda: settings.CART_MAX_QUANTITY)


class AddForm(forms.Form):
    variant = forms.UUIDField()
    quantity = forms.IntegerField(
        label=_("How many"),
        min_value=1,
        validators=[_AT_MOST],
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    back = forms.RegexField(r"^/[^/\\][^\s\\]*$", required=False, max_length=300)

    def clean_quantity(self) -> int:
        return self.cleaned_data["quantity"] or 1


class GiftForm(forms.Form):
    """For whom a gift card is. `least` and `most` are what its buyer may choose; None where they may not."""

    recipient_name = LineField(
        label=_("Name of the recipient"), max_length=MOST_NAME, required=False
    )
    recipient_email = EmailField(
        label=_("E-mail of the recipient"),
        required=False,
        help_text=_("Empty: it goes to you, and you give it on."),
    )
    sender_name = LineField(label=_("Your name"), max_length=MOST_NAME, required=False)
    message = BlockField(
        label=_("Message"),
        max_length=MOST_MESSAGE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    deliver_on = forms.DateField(
        label=_("Send it on"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        input_formats=["%Y-%m-%d"],
        help_text=_("Empty: as soon as it is paid."),
    )
    amount = AmountField(label=_("Another amount"), required=False)

    def __init__(
        self, data: Any = None, *, own_amounts: tuple[int, int] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(data, auto_id="gift-%s", **kwargs)
        store = current_store()
        set_money_of(self, currency=store.currency, language=str(current_locale()))
        day = self.fields["deliver_on"].widget.attrs
        day["min"], day["max"] = today().isoformat(), (today() + FURTHEST).isoformat()
        if own_amounts is None:
            del self.fields["amount"]
            return
        least, most = (
            format_money(from_minor(each, store.currency), str(current_locale()))
            for each in own_amounts
        )
        self.fields["amount"].help_text = _(
            "From %(least)s to %(most)s, in place of the one above."
        ) % {
            "least": least,
            "most": most,
        }

    def details(self) -> GiftDetails:
        """Of a valid form."""
        values = dict(self.cleaned_data)
        return GiftDetails(amount_minor=values.pop("amount", None), **values)


class CodeForm(forms.Form):
    """A coupon code to use, or one to take out."""

    code = CodeField(required=False, max_length=100)
    remove = CodeField(required=False, max_length=100)


class ChangeForm(forms.Form):
    """The quantity zero, or the remove button, removes the line; another button sets the available quantity."""

    quantity = forms.IntegerField(min_value=0, validators=[_AT_MOST], required=False)
    take = forms.IntegerField(min_value=1, validators=[_AT_MOST], required=False)
    remove = forms.BooleanField(required=False)

    def quantity_wanted(self) -> int | None:
        """None for invalid input."""
        if not self.is_valid():
            return None
        if self.cleaned_data["remove"]:
            return 0
        taken: int | None = self.cleaned_data["take"]
        wanted: int | None = self.cleaned_data["quantity"]
        return taken or wanted
