"""The rules of cash on delivery, and the account for bank transfers."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.backoffice.fields import AmountField, name_money_of
from apps.backoffice.postal_codes import PostalCodesField, require_codes
from apps.backoffice.sites import store_admin
from apps.backoffice.store.gateway_keys import may_change_keys
from apps.backoffice.store.single_row import SingleRowAdmin
from apps.common.text import NotText
from apps.payments import services as payments
from apps.payments.bank_accounts import (
    fault_of_bic,
    fault_of_branch_code,
    fault_of_iban,
    fault_of_number,
    tidy,
)
from apps.payments.ways import BankAccount, CashSettings
from apps.tenancy.context import current_store


class CashSettingsForm(forms.ModelForm):
    minimum_minor = AmountField(
        label=_("From"), required=False, help_text=_("Order value. Empty: no limit.")
    )
    maximum_minor = AmountField(
        label=_("Up to"), required=False, help_text=_("Order value. Empty: no limit.")
    )
    fee_minor = AmountField(
        label=_("Fee"),
        help_text=_("What the buyer pays for it. It is taxed as the delivery is. 0: nothing."),
    )
    postal_codes = PostalCodesField(label=_("Postal codes"))

    class Meta:
        model = CashSettings
        fields = (
            "minimum_minor", "maximum_minor", "fee_minor", "postal_rule", "postal_codes", "confirmation",
            "hours_to_confirm",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        store = current_store()
        name_money_of(self, currency=store.currency, language=store.language)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        low, high = values.get("minimum_minor"), values.get("maximum_minor")
        if low is not None and high is not None and low > high:
            self.add_error("maximum_minor", gettext("The highest value is below the lowest one."))
        require_codes(self, values)
        return values


@admin.register(CashSettings, site=store_admin)
class CashSettingsAdmin(SingleRowAdmin):
    form = CashSettingsForm
    fieldsets = (
        (_("When it is offered"), {"fields": (("minimum_minor", "maximum_minor"), "postal_rule", "postal_codes")}),
        (_("What it costs"), {"fields": ("fee_minor",)}),
        (_("Confirmation"), {"fields": ("confirmation", "hours_to_confirm")}),
    )  # fmt: skip

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        payments.save_cash_settings(obj)


class BankAccountForm(forms.ModelForm):
    class Meta:
        model = BankAccount
        fields = (
            "holder",
            "country",
            "iban",
            "account_number",
            "branch_code",
            "bic",
            "bank",
            "days_to_pay",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.country:
            self.initial["country"] = current_store().country

    def clean_iban(self) -> str:
        return self._number("iban", fault_of_iban)

    def clean_account_number(self) -> str:
        return self._number("account_number", fault_of_number)

    def clean_bic(self) -> str:
        return self._number("bic", fault_of_bic)

    def clean_branch_code(self) -> str:
        country = self.cleaned_data.get("country") or ""
        return self._number("branch_code", lambda code: fault_of_branch_code(code, country))

    def _number(self, name: str, fault_of: Callable[[str], str]) -> str:
        try:
            number = tidy(self.cleaned_data[name])
        except NotText as error:
            raise forms.ValidationError(str(error)) from error
        if number and (fault := fault_of(number)):
            raise forms.ValidationError(fault)
        return number

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        named = values.get("iban") or values.get("account_number")
        if named and not values.get("holder") and "holder" not in self.errors:
            self.add_error("holder", gettext("Say whose account it is."))
        if values.get("account_number") and values.get("iban"):
            self.add_error("account_number", gettext("Leave it empty: the IBAN has it."))
        return values


@admin.register(BankAccount, site=store_admin)
class BankAccountAdmin(SingleRowAdmin):
    """The owner's: whose account it is receives the money."""

    form = BankAccountForm
    fieldsets = (
        (None, {"fields": (("holder", "country"), "iban", ("account_number", "branch_code"), ("bic", "bank"))}),
        (_("Orders"), {"fields": ("days_to_pay",)}),
    )  # fmt: skip

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_change_keys(request) and super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        payments.save_bank_account(obj)
