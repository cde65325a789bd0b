"""The forms of the entrance."""

from typing import Any

from allauth.account.adapter import get_adapter
from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.common.fields import EmailField, RawField

_MOST = 1000  # of a password: argon2 takes any length


class AddressForm(forms.Form):
    email = EmailField(label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "email"}))


class PasswordForm(forms.Form):
    """A new password, typed once. The service checks it by the rules."""

    password = RawField(
        label=_("Password"),
        max_length=_MOST,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class LoginForm(forms.Form):
    """Wrong passwords are counted as at every other door."""

    email = EmailField(
        label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )
    password = RawField(
        label=_("Password"),
        max_length=_MOST,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    user: User | None = None

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        if values.get("email") and values.get("password"):
            adapter = get_adapter()
            self.user = adapter.authenticate(
                self.request, email=values["email"], password=values["password"]
            )
            if self.user is None:
                raise adapter.validation_error("email_password_mismatch")
        return values


class CurrentPasswordForm(forms.Form):
    """Confirms what can't be undone."""

    password = RawField(
        label=_("Your password"),
        max_length=_MOST,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
