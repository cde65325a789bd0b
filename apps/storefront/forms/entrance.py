"""allauth's forms with the words of the other pages."""

from typing import Any

from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.account.forms import ResetPasswordForm as AllauthResetPasswordForm
from allauth.account.forms import SignupForm as AllauthSignupForm
from django import forms
from django.utils.translation import gettext_lazy as _

from apps.common.fields import EmailField


def _speak_alike(form: forms.Form, address: str) -> None:
    """The same labels and the same form of an address on all pages, and no placeholder that repeats the label."""
    form.fields[address] = EmailField(label=_("E-mail"), widget=form.fields[address].widget)
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
