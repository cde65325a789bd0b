"""Bundles: variants that are sold as pieces of others."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminExpandableTextareaWidget

from apps.backoffice.base import Admin
from apps.backoffice.cards import Card
from apps.backoffice.columns import plain
from apps.backoffice.sites import store_admin
from apps.backoffice.typed import MOST_PIECES
from apps.catalog import services as catalog
from apps.common.fields import BlockField
from apps.common.text import NotText, clean_code, whole_number
from apps.inventory import services as inventory
from apps.inventory.models import Bundle, BundlePart
from apps.inventory.selectors import get_supply

_ADVICE = _("One part a line: its SKU, then how many pieces of it are in one bundle.")


class PartsField(BlockField):
    """Cleans to a list of `PartInput`."""

    widget = UnfoldAdminExpandableTextareaWidget

    def to_python(self, value: Any) -> Any:
        parts = []
        for line in super().to_python(value).splitlines():
            words = line.replace("\t", " ").split()
            if not words:
                continue
            count = whole_number(words[-1], most=MOST_PIECES) if len(words) > 1 else 1
            if len(words) > 2 or count is None:
                raise ValidationError(
                    gettext("“%(line)s” is not a SKU with a number of pieces.")
                    % {"line": line[:60]}
                )
            try:
                sku = clean_code(words[0], most=64)
            except NotText as error:
                raise ValidationError(str(error)) from error
            parts.append(catalog.PartInput(sku, count))
        return parts

    def has_changed(self, initial: Any, data: Any) -> bool:
        return str(initial or "").split() != str(data or "").split()


class BundleForm(forms.ModelForm):
    parts = PartsField(label=_("What is in it"), help_text=_ADVICE)

    class Meta:
        model = Bundle
        fields = ("sku",)
        help_texts = {"sku": _("Of the variant that is sold as a bundle, at a price of its own.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and not self.instance._state.adding:
            rows = self.instance.parts.order_by("position")
            self.initial["parts"] = "\n".join(f"{row.sku} {row.quantity}" for row in rows)


@admin.register(Bundle, site=store_admin)
class BundleAdmin(Admin):
    form = BundleForm
    list_display = ("shown_sku", "contents", "left")
    card = Card("shown_sku", facts=("contents",), end=("left",), named=("left",))
    search_fields = ("sku", "parts__sku")
    shown_sku = plain("sku", _("SKU"))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("sku", "parts")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return () if obj is None else ("sku",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Bundle]:
        ordered = BundlePart.objects.order_by("position")
        return super().get_queryset(request).prefetch_related(Prefetch("parts", ordered))

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        changelist = super().get_changelist_instance(request)
        rows = list(changelist.result_list)
        stock = get_supply([row.variant_ref for row in rows]) if rows else {}
        for row in rows:
            row.left = stock[row.variant_ref].available
        changelist.result_list = rows
        return changelist

    def save_model(self, request: HttpRequest, obj: Bundle, form: Any, change: bool) -> None:
        saved = catalog.save_bundle(
            sku=obj.sku, parts=form.cleaned_data["parts"], version=None if change else 0
        )
        obj.pk, obj.version, obj._state.adding = saved.pk, saved.version, False

    def delete_model(self, request: HttpRequest, obj: Bundle) -> None:
        inventory.delete_bundle(bundle=obj)

    @display(description=_("what is in it"))
    def parts(self, row: Bundle) -> str:
        """For those who only look: the form has a field of this name."""
        return self.contents(row)

    @display(description=_("what is in it"))
    def contents(self, row: Bundle) -> str:
        return ", ".join(f"{part.quantity} × {part.sku}" for part in row.parts.all())

    @display(description=_("available"))
    def left(self, row: Any) -> int:
        return int(row.left)
