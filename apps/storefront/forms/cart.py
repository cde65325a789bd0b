"""Forms of the cart."""

from django import forms
from django.conf import settings
from django.core.validators import MaxValueValidator

from apps.common.fields import CodeField

_AT_MOST = MaxValueValidator(lambda: settings.CART_MAX_QUANTITY)


class AddForm(forms.Form):
    variant = forms.UUIDField()
    quantity = forms.IntegerField(min_value=1, validators=[_AT_MOST], required=False)
    back = forms.RegexField(r"^/[^/\\][^\s\\]*$", required=False, max_length=300)

    def clean_quantity(self) -> int:
        return self.cleaned_data["quantity"] or 1


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
