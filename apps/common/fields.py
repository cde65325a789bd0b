"""Fields of forms: text in its normal form (`apps.common.text`), amounts as people type them."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from apps.common.amounts import read_amount, write_amount
from apps.common.errors import InvalidInput
from apps.common.money import to_minor
from apps.common.text import clean_block, clean_code, clean_line
from apps.common.web import clean_email, clean_host, clean_web_address

_MOST_CHARACTERS = 60


class RawField(forms.CharField):
    """Text that is stored unchanged: passwords, tokens, keys."""


class LineField(forms.CharField):
    """One line of text in its normal form."""

    clean_text: Callable[[Any], str] = staticmethod(clean_line)

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return self.empty_value
        try:
            text = self.clean_text(value)
        except InvalidInput as error:
            raise ValidationError(str(error), code="invalid") from error
        return text or self.empty_value


class BlockField(LineField):
    """Text of several lines in its normal form."""

    widget = forms.Textarea
    clean_text = staticmethod(clean_block)


class CodeField(LineField):
    """A code, a reference, a number from another system: digits and dashes in ASCII."""

    clean_text = staticmethod(clean_code)


class SlugField(CodeField):
    """What a model's `SlugField` asks for; the column's own validators say which letters it takes."""

    def __init__(self, *, allow_unicode: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)


class EmailField(LineField):
    """An e-mail address in lower case, its host in ASCII."""

    widget = forms.EmailInput
    clean_text = staticmethod(clean_email)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 254, **kwargs})


class WebAddressField(LineField):
    """An address of a page, its host in ASCII."""

    widget = forms.URLInput
    clean_text = staticmethod(clean_web_address)


class HostField(LineField):
    """A host, in ASCII."""

    clean_text = staticmethod(clean_host)


class AmountField(forms.CharField):
    """An amount of `currency`, typed as `language` writes it; cleans to minor units (int), None when empty.

    Both may be set late, by `set_money_of`. The initial value is minor units, too, and is shown so that it reads the
    same when it is sent back.
    """

    def __init__(
        self,
        *,
        currency: str = "USD",
        language: str = "en",
        allow_negative: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**{"max_length": _MOST_CHARACTERS, **kwargs})
        self.currency = currency
        self.language = language
        self.allow_negative = allow_negative

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs: dict[str, Any] = super().widget_attrs(widget)
        return attrs | {"inputmode": "decimal", "autocomplete": "off"}

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int):
            return write_amount(value, self.currency, self.language)
        return value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compared as amounts: `1,499` equals `1499.00`. Unreadable input counts as changed."""
        if self.disabled:
            return False
        try:
            return self._minor(initial) != self._minor(data)
        except ValidationError:
            return True

    def clean(self, value: Any) -> int | None:
        minor = self._minor(super().clean(value))
        if minor is not None and minor < 0 and not self.allow_negative:
            raise ValidationError(gettext("An amount can't be negative."))
        return minor

    def _minor(self, value: Any) -> int | None:
        if value is None or isinstance(value, int):
            return value
        if not str(value).strip():
            return None
        try:
            return to_minor(read_amount(str(value), self.currency, self.language))
        except InvalidInput as error:
            raise ValidationError(str(error)) from error


def set_money_of(form: forms.BaseForm, *, currency: str, language: str) -> None:
    """Every amount of the form is in that currency, and written as that language does."""
    for field in form.fields.values():
        if isinstance(field, AmountField):
            field.currency, field.language = currency, language
