"""The forms of gift cards and store credit for staff."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.backoffice.fields import name_money_of
from apps.common.fields import AmountField, BlockField, EmailField, LineField
from apps.giftcards.services import MOST_AT_ONCE
from apps.tenancy.context import current_store

_WIDE = {"class": "bo-input"}


class _MoneyForm(forms.Form):
    """Amounts are in the store's currency, as its language writes them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        store = current_store()
        name_money_of(self, currency=store.currency, language=store.language)
        for field in self.fields.values():
            field.widget.attrs.update(_WIDE)


class IssueForm(_MoneyForm):
    amount = AmountField(label=_("Amount"))
    recipient_email = EmailField(
        label=_("Recipient"),
        required=False,
        help_text=_("Gets a mail with the code. Empty: the code is only shown here, once."),
    )
    message = BlockField(
        label=_("Message"), required=False, max_length=500, widget=forms.Textarea({"rows": 3})
    )
    expires_on = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput({"type": "date"}),
        help_text=_("Empty: it does not expire."),
    )
    count = forms.IntegerField(
        label=_("How many"),
        min_value=1,
        max_value=MOST_AT_ONCE,
        initial=1,
        help_text=_("Several cards are for printing: they have no recipient."),
    )
    batch = LineField(
        label=_("Name of the batch"),
        required=False,
        max_length=60,
        help_text=_("To find the cards again."),
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if (values.get("count") or 1) > 1 and values.get("recipient_email"):
            self.add_error("recipient_email", _("Several cards have no recipient."))
        return values


class AdjustForm(_MoneyForm):
    amount = AmountField(
        label=_("Change by"), allow_negative=True, help_text=_("With a minus to take away.")
    )
    reason = LineField(label=_("Why"), max_length=200)


class CreditForm(AdjustForm):
    email = EmailField(label=_("E-mail of the customer"))

    field_order = ("email", "amount", "reason")
