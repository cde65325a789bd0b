"""Forms of the platform's admin that are more than a model's fields."""

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminEmailInputWidget, UnfoldAdminPasswordWidget

from apps.common.fields import EmailField, RawField


class FirstLoginForm(forms.Form):
    """The first login of a new store."""

    email = EmailField(widget=UnfoldAdminEmailInputWidget)
    password = RawField(
        widget=UnfoldAdminPasswordWidget,
        help_text=_("At least ten characters; the owner can change it after logging in."),
    )

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password)
        return password
