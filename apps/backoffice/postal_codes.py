"""Lists of postal codes in forms of the admin."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget

from apps.common.addresses.postal_patterns import PostalRule, read_patterns
from apps.common.fields import BlockField
from apps.tenancy.context import current_store


class PostalCodesField(BlockField):
    """A list of postal codes and beginnings of them, as people paste it; cleans to patterns."""

    widget = UnfoldAdminTextareaWidget

    def __init__(self, **kwargs: Any) -> None:
        hint = _(
            "Separated by commas or line breaks. A star stands for any ending: 5600* is every code that begins with 5600. "
            "They are codes of your own country."
        )
        super().__init__(**{"required": False, "help_text": hint, "max_length": 300_000, **kwargs})

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return (initial or []) != read_patterns(str(data or ""), current_store().country)
        except ValueError:
            return True

    def clean(self, value: Any) -> list[str]:
        try:
            return read_patterns(str(super().clean(value) or ""), current_store().country)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error


def require_codes(form: forms.ModelForm, values: Mapping[str, Any]) -> None:
    """A rule about postal codes needs some."""
    is_listed = values.get("postal_rule") in (PostalRule.ONLY, PostalRule.EXCEPT)
    if is_listed and not values.get("postal_codes") and "postal_codes" not in form.errors:
        form.add_error("postal_codes", gettext("Write the postal codes."))
