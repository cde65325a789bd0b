"""A complete product in one form: `is_valid()` runs the checks of the services, `write()` calls the services.

For a `ModelAdmin`: `form = ProductForm`, `save_model` calls `form.write()`, nothing else writes.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, cast

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminExpandableTextareaWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectMultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from apps.catalog import services as catalog
from apps.catalog.checking import check_product
from apps.catalog.documents import Product, ProductStatus
from apps.catalog.errors import InvalidProduct
from apps.catalog.forms.faults import show_faults, show_variant_faults
from apps.catalog.forms.pictures import PicturesField
from apps.catalog.forms.rich_text import RichTextWidget
from apps.catalog.forms.variants import VariantsField, VariantsWidget, VariantTable
from apps.catalog.inputs import PicturesInput, ProductInput, VariantInput
from apps.catalog.selectors import list_category_nodes
from apps.catalog.shipping_profiles import list_shipping_profiles
from apps.catalog.tax_classes import STANDARD, list_tax_classes
from apps.common.fields import (
    AmountField,
    BlockField,
    CodeField,
    LineField,
    RawField,
    set_money_of,
)
from apps.pictures.kinds import TAKEN
from apps.pictures.limits import MAX_BYTES
from apps.tenancy.context import current_store


class ProductForm(forms.ModelForm):
    title = LineField(max_length=200, widget=UnfoldAdminTextInputWidget)
    slug = LineField(
        label=_("Address"),
        max_length=120,
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text=_(
            "The last part of the page's address, in letters of any script. Empty: made from the title."
        ),
    )
    status = forms.ChoiceField(choices=ProductStatus.choices, widget=UnfoldAdminSelectWidget)
    description = RawField(
        required=False,
        widget=RichTextWidget,
    )
    pictures = PicturesField(
        help_text=format_lazy(
            _("{taken}, at most {most} MB each. The first one stands for the product."),
            taken=TAKEN,
            most=MAX_BYTES // 1024 // 1024,
        )
    )
    variants = VariantsField(help_text=_("One row for each thing you stock."))
    brand = LineField(max_length=80, required=False, widget=UnfoldAdminTextInputWidget)
    tags = LineField(
        required=False, widget=UnfoldAdminTextInputWidget, help_text=_("Separated by commas.")
    )
    category_ids = forms.MultipleChoiceField(
        label=_("Categories"), required=False, widget=UnfoldAdminSelectMultipleWidget
    )
    attributes = BlockField(
        required=False,
        widget=UnfoldAdminExpandableTextareaWidget,
        help_text=_("One on each line, such as Material: clay."),
    )
    tax_class = forms.ChoiceField(
        initial=STANDARD,
        widget=UnfoldAdminSelectWidget,
        help_text=_("Which rate applies. Classes come with their rates, under Taxes."),
    )
    hsn_code = CodeField(
        label=_("HSN or SAC code"),
        max_length=20,
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("For tax invoices, such as 0902 for tea."),
    )
    shipping_profile = forms.ChoiceField(
        label=_("Shipping profile"),
        required=False,
        widget=UnfoldAdminSelectWidget,
        help_text=_("Heavy, fragile and the like. Shipping methods say which they take."),
    )
    is_digital = forms.BooleanField(
        label=_("Digital"),
        required=False,
        widget=UnfoldBooleanSwitchWidget,
        help_text=_("Not shipped and not counted."),
    )
    is_gift_card = forms.BooleanField(
        label=_("Gift card"),
        required=False,
        widget=UnfoldBooleanSwitchWidget,
        help_text=_(
            "Each variant is an amount. It is not shipped, bears no tax, and its code goes out by mail once it is paid."
        ),
    )
    own_from_minor = AmountField(
        label=_("Own amount from"),
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text=_(
            "Of a gift card whose buyers may choose another amount than those of its variants."
        ),
    )
    own_to_minor = AmountField(
        label=_("Own amount up to"), required=False, widget=UnfoldAdminTextInputWidget
    )
    position = forms.IntegerField(
        initial=0,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text=_("Smaller numbers come first in lists."),
    )
    seo_title = LineField(
        label=_("Title for search engines"),
        max_length=200,
        required=False,
        widget=UnfoldAdminTextInputWidget,
    )
    seo_description = LineField(
        label=_("Description for search engines"),
        max_length=400,
        required=False,
        widget=UnfoldAdminTextInputWidget,
    )

    class Meta:
        model = Product
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_new = self.instance.pk is None
        self._choose_categories()
        self._choose_tax_classes()
        self._choose_profiles()
        store = current_store()
        set_money_of(self, currency=store.currency, language=store.language)
        self.initial = {**self._initial_values(), **(kwargs.get("initial") or {})}
        self._show_pictures()

    def _choose_categories(self) -> None:
        if "category_ids" in self.fields:
            choices = [
                (str(node.id), f"{'— ' * node.depth}{node.name}")
                for node in list_category_nodes(include_inactive=True)
            ]
            cast(forms.MultipleChoiceField, self.fields["category_ids"]).choices = choices

    def _choose_tax_classes(self) -> None:
        if "tax_class" not in self.fields:
            return
        choices = [(each.code, each.label) for each in list_tax_classes()]
        own = "" if self.is_new else self.instance.tax_class
        if own and own not in dict(choices):
            choices.append((own, gettext("%(own)s (has no rate)") % {"own": own}))
        cast(forms.ChoiceField, self.fields["tax_class"]).choices = choices

    def _choose_profiles(self) -> None:
        if "shipping_profile" not in self.fields:
            return
        choices = [("", "-"), *((each.code, each.name) for each in list_shipping_profiles())]
        own = "" if self.is_new else self.instance.shipping_profile or ""
        if own not in dict(choices):
            choices.append((own, own))
        cast(forms.ChoiceField, self.fields["shipping_profile"]).choices = choices

    def _show_pictures(self) -> None:
        if "pictures" in self.fields and not self.is_new:
            self.fields["pictures"].widget.attrs["images"] = tuple(self.instance.images)
        self._offer_pictures()

    def _offer_pictures(self) -> None:
        """The pictures a variant can have: the product's, and those uploaded in this form."""
        pictures, variants = self.fields.get("pictures"), self.fields.get("variants")
        if isinstance(pictures, PicturesField) and isinstance(variants, VariantsField):
            widget = cast(VariantsWidget, variants.widget)
            widget.pictures, widget.aliases = pictures.rows, pictures.aliases

    def full_clean(self) -> None:
        super().full_clean()
        self._offer_pictures()

    def _initial_values(self) -> dict[str, Any]:
        if self.is_new:
            return {"status": ProductStatus.DRAFT, "tax_class": STANDARD, "position": 0}
        product = self.instance
        plain = (
            "title slug status description brand tax_class hsn_code shipping_profile is_digital is_gift_card "
            "own_from_minor own_to_minor position seo_title seo_description"
        )
        return {
            **{name: getattr(product, name) for name in plain.split()},
            "tags": ", ".join(product.tags),
            "category_ids": [str(category_id) for category_id in product.category_ids],
            "attributes": "\n".join(f"{k}: {_shown(v)}" for k, v in product.attributes.items()),
            "variants": VariantTable.of(product),
        }

    def clean_tags(self) -> list[str]:
        return [tag.strip() for tag in self.cleaned_data["tags"].split(",") if tag.strip()]

    def clean_attributes(self) -> dict[str, Any]:
        """`Name: value` lines. A value that was not text keeps its type if its text is unchanged."""
        before = {} if self.is_new else self.instance.attributes
        found: dict[str, Any] = {}
        for line in self.cleaned_data["attributes"].splitlines():
            if not line.strip():
                continue
            name, colon, value = (part.strip() for part in line.partition(":"))
            if not (name and colon):
                wrong = gettext("%(value)s is not of the form Name: value.")
                raise forms.ValidationError(wrong % {"value": f"{line[:40]!r}"})
            is_same = name in before and _shown(before[name]) == value
            found[name] = before[name] if is_same else value
        return found

    def _post_clean(self) -> None:
        """In place of Django's model validation: the services' checks, with their faults at our fields."""
        if self.errors:
            return
        product = None if self.is_new else self.instance
        try:
            check_product(self.product_input(), product, image_ids=self._pictures.order)
        except InvalidProduct as error:
            table: VariantTable = self.cleaned_data["variants"]
            show_variant_faults(self, table, error.fields)
            show_faults(self, error.fields)

    def product_input(self) -> ProductInput:
        """The input of the form, together with stored values that it does not show: barcodes and prices in other
        currencies."""
        table: VariantTable = self.cleaned_data["variants"]
        names = {field.name for field in fields(ProductInput)}
        values = {name: self.cleaned_data[name] for name in names & self.cleaned_data.keys()}
        values["options"] = table.options
        values["variants"] = [
            self._with_hidden_parts(self._with_picture(variant)) for variant in table.variants
        ]
        return ProductInput(**values)

    @property
    def _pictures(self) -> PicturesInput:
        """The pictures of the form, or the product's stored pictures if the form has no field for them."""
        wanted: PicturesInput | None = self.cleaned_data.get("pictures")
        if wanted is not None:
            return wanted
        own = () if self.is_new else self.instance.images
        return PicturesInput(order=[image.id for image in own])

    def _with_picture(self, variant: VariantInput) -> VariantInput:
        """The token of a picture that is uploaded with this form; empty if the picture is deleted with it."""
        field = self.fields.get("pictures")
        aliases = field.aliases if isinstance(field, PicturesField) else {}
        image_id = aliases.get(variant.image_id, variant.image_id)
        return replace(variant, image_id=image_id if image_id in self._pictures.order else "")

    def _with_hidden_parts(self, variant: VariantInput) -> VariantInput:
        stored = None if self.is_new or not variant.id else self.instance.variant(variant.id)
        if stored is None:
            return variant
        before = VariantInput.of(stored)
        currency = current_store().currency
        others = [price for price in before.prices if price.currency != currency]
        return replace(variant, barcode=before.barcode, prices=[*variant.prices, *others])

    def save_m2m(self) -> None:
        """Nothing: a product is one document."""

    def save(self, commit: bool = True) -> Product:
        """Django's admin calls this with `commit=False`; only `write` writes."""
        return self.write() if commit else self.instance

    def write(self) -> Product:
        """Save the product and its pictures. The form's instance is the stored one afterwards."""
        saved = catalog.save_product(
            data=self.product_input(),
            product=None if self.is_new else self.instance,
            pictures=self.cleaned_data.get("pictures"),
        )
        for field in Product._meta.concrete_fields:
            setattr(self.instance, field.attname, getattr(saved, field.attname))
        self.instance._state.adding = False
        self.instance._state.db = saved._state.db
        return self.instance


def _shown(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)
