"""Forms of requests to the store."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.common.errors import DomainError
from apps.common.fields import BlockField, EmailField, LineField, RawField
from apps.common.ids import random_token
from apps.orders.models import Order
from apps.storefront.forms.uploads import UploadsField
from apps.support.limits import MAX_COMMENT, MAX_SUBJECT, MAX_TEXT
from apps.support.services import ACCEPT, CheckedFile, check_uploads

_ROWS = 7


class _FilesField(UploadsField):
    """Checked by their content."""

    def clean(self, data: Any, initial: Any = None) -> list[CheckedFile]:
        try:
            return check_uploads(super().clean(data, initial))
        except DomainError as error:
            raise forms.ValidationError(str(error)) from error


class _Writing(forms.Form):
    text = BlockField(
        label=_("Your message"), max_length=MAX_TEXT, widget=forms.Textarea({"rows": _ROWS})
    )
    attachments = _FilesField(
        accept=ACCEPT,
        label=_("Pictures or files"),
        help_text=_("Pictures, PDF files and plain text, up to 8 MB each."),
    )
    request_key = RawField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, files: Any = None, **kwargs: Any) -> None:
        kwargs["initial"] = {"request_key": random_token(), **(kwargs.get("initial") or {})}
        super().__init__(data, files, **kwargs)


class ReplyForm(_Writing):
    pass


class ContactForm(_Writing):
    """Name and address are asked of those whose address is not known by a login or an order. `website` is a field that
    only programs fill in."""

    name = LineField(
        label=_("Name"),
        max_length=120,
        required=False,
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    email = EmailField(label=_("E-mail"), widget=forms.EmailInput({"autocomplete": "email"}))
    subject = LineField(label=_("Subject"), max_length=MAX_SUBJECT)
    website = RawField(
        required=False,
        max_length=200,
        widget=forms.TextInput({"autocomplete": "off", "tabindex": "-1"}),
    )
    field_order = ("name", "email", "subject", "text", "attachments")

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        user: User | None,
        order: Order | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, files, **kwargs)
        self.known_email = order.email if order is not None else user.email if user else ""
        if self.known_email:
            del self.fields["name"], self.fields["email"]

    @property
    def is_trap(self) -> bool:
        return bool(self.data.get(self.add_prefix("website")))


class RatingForm(forms.Form):
    score = forms.TypedChoiceField(
        label=_("How did we do?"),
        coerce=int,
        choices=[
            (5, _("Very good")),
            (4, _("Good")),
            (3, _("So-so")),
            (2, _("Bad")),
            (1, _("Very bad")),
        ],
        widget=forms.RadioSelect,
    )
    comment = BlockField(
        label=_("What could be better?"),
        required=False,
        max_length=MAX_COMMENT,
        widget=forms.Textarea({"rows": 3}),
    )
