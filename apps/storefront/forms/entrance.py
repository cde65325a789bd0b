"""allauth's forms with the words of the other pages."""

from typing import Any

from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.account.forms import ResetPasswordForm as AllauthResetPasswordForm
from allauth.account.forms import SignupForm as AllauthSignupForm
from django import forms
from django.utils.translation import gettext


def _speak_alike(form: forms.Form, address: str) -> None:
    """The same labels on all pages, and no placeholder that repeats the label."""
    form.fields[address].label = "E-mail"
    form.fields[address].error_messages["invalid"] = gettext("Enter a valid e-mail address.")
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)


class LoginForm(AllauthLoginForm):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _speak_alike(self, "login")


class SignupForm(AllauthSignupForm):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _speak_alike(self, "email")


class ResetPasswordForm(AllauthResetPasswordForm):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _speak_alike(self, "email")
