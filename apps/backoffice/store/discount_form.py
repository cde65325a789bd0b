"""The form of a discount."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminExpandableTextareaWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectMultipleWidget,
    UnfoldAdminTextInputWidget,
)

from apps.backoffice.fields import AmountField, name_money_of
from apps.backoffice.places import CountriesField
from apps.backoffice.store.taxes import PercentField
from apps.catalog.selectors import (
    find_products_by_sku,
    list_category_nodes,
    skus_of_products,
)
from apps.common.fields import BlockField, CodeField
from apps.common.text import NotText, clean_code
from apps.discounts.models import Discount
from apps.prices.selectors import list_groups
from apps.tenancy.context import current_store

# Shorter than the names of the columns.
_LABELS = {
    "trigger": _("How it begins"),
    "kind": _("Kind"),
    "is_active": _("Active"),
    "buy_quantity": _("Buy so many"),
    "get_quantity": _("Get so many"),
    "most_pieces": _("At most so many pieces in an order"),
    "min_pieces": _("From so many pieces"),
    "audience": _("For"),
    "starts_at": _("From"),
    "ends_at": _("Until"),
    "per_buyer_limit": _("Uses by each buyer"),
    "is_combinable": _("Can be combined with others"),
    "sequence": _("Sequence"),
}


class ProductsField(BlockField):
    """Products by the SKU of one of their variants; cleans to their references."""

    widget = UnfoldAdminExpandableTextareaWidget

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        skus = skus_of_products(value)
        return "\n".join(skus.get(str(ref), str(ref)) for ref in value)

    def to_python(self, value: Any) -> Any:
        if isinstance(value, list):
            return value
        typed = super().to_python(value).replace(",", "\n").splitlines()
        try:
            skus = [each for each in dict.fromkeys(map(clean_code, typed)) if each]
        except NotText as error:
            raise ValidationError(str(error)) from error
        found = find_products_by_sku(skus)
        missing = [sku for sku in skus if sku not in found]
        kept = skus_of_products(missing)  # a reference of a product without a SKU
        if lost := [sku for sku in missing if sku not in kept]:
            raise ValidationError(
                gettext("There is no product with the SKU %(skus)s.") % {"skus": ", ".join(lost)}
            )
        return list(dict.fromkeys([*found.values(), *kept]))

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return set(initial or []) != set(self.to_python(data))
        except ValidationError:
            return True


class DiscountForm(forms.ModelForm):
    percent = PercentField(
        label=_("Percent off"), required=False, help_text=_("Such as 10 or 12.5.")
    )
    amount_minor = AmountField(label=_("Amount off"), required=False)
    min_spend_minor = AmountField(
        label=_("From"),
        required=False,
        help_text=_("What the products it is for must cost together, before discounts."),
    )
    product_refs = ProductsField(
        label=_("Products"),
        required=False,
        help_text=_("SKUs, one on each line. Empty, like the categories: all products."),
    )
    get_product_refs = ProductsField(
        label=_("Products that get cheaper"),
        required=False,
        help_text=_("SKUs. Empty: the same products. Buyers put them into their cart."),
    )
    category_refs = forms.MultipleChoiceField(
        label=_("Categories"), required=False, widget=UnfoldAdminSelectMultipleWidget
    )
    group_refs = forms.MultipleChoiceField(
        label=_("Customer groups"),
        required=False,
        widget=UnfoldAdminSelectMultipleWidget,
        help_text=_("Customers in one of them. None: of any group, and guests."),
    )
    countries = CountriesField(label=_("Deliveries to"), required=False)
    code = CodeField(
        label=_("Code"),
        required=False,
        max_length=40,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("Case and spaces do not matter. Empty where only codes of batches are used."),
    )
    limit = forms.IntegerField(
        label=_("Uses by all buyers"),
        required=False,
        min_value=1,
        max_value=2**31 - 1,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text=_("Empty: any number."),
    )

    class Meta:
        model = Discount
        fields = (
            "name", "trigger", "code", "is_active", "kind", "percent", "amount_minor", "buy_quantity", "get_quantity",
            "get_product_refs", "most_pieces", "min_spend_minor", "min_pieces", "product_refs", "category_refs",
            "countries", "audience", "group_refs", "starts_at", "ends_at", "per_buyer_limit", "is_combinable", "sequence",
        )  # fmt: skip
        help_texts = {
            "name": _("Buyers see it in the cart, on the order and on the invoice."),
            "per_buyer_limit": _("By account and e-mail address. Empty: any number."),
            "is_combinable": _("Otherwise it is used alone, where that is better for the buyer."),
            "sequence": _("The smallest number is taken off first."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        store = current_store()
        self.instance.currency = self.instance.currency or store.currency
        currency = self.instance.currency
        name_money_of(self, currency=currency, language=store.language)
        for name in _LABELS.keys() & self.fields.keys():
            self.fields[name].label = _LABELS[name]
        if "category_refs" in self.fields:
            choices = [
                (str(node.id), f"{'— ' * node.depth}{node.name}")
                for node in list_category_nodes(include_inactive=True)
            ]
            cast(forms.MultipleChoiceField, self.fields["category_refs"]).choices = choices
        if "group_refs" in self.fields:
            cast(forms.MultipleChoiceField, self.fields["group_refs"]).choices = list_groups()
        if not self.instance._state.adding and "limit" in self.fields:
            self.initial["limit"] = self.instance.allowance.most
