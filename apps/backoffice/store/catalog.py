"""Products and categories: fields and rows, never raw JSON. The forms of `apps.catalog.forms` write by the services."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display
from unfold.widgets import UnfoldAdminIntegerFieldWidget

from apps.backoffice.base import Admin, call_for_each, refusing, staff_actor
from apps.backoffice.cards import Card
from apps.backoffice.columns import flag, plain
from apps.backoffice.sites import store_admin
from apps.backoffice.store.product_list import (
    CategoryFilter,
    ProductChangeList,
    ProductColumns,
    shop_page_of,
)
from apps.backoffice.store.stock_table import StockField, check_stock, seen_stock, write_stock
from apps.catalog import services as catalog
from apps.catalog.derived import sku_key
from apps.catalog.documents import Category, Product, ProductStatus
from apps.catalog.forms import CategoryForm, ProductForm
from apps.catalog.selectors import find_product_ids, list_category_nodes
from apps.common.errors import DomainError
from apps.common.search_words import search_words


class ProductPageForm(ProductForm):
    """The catalog's form with the stock of each variant beside it."""

    stock = StockField(
        label=_("Pieces on hand"), help_text=_("The counted stock in the main warehouse.")
    )
    opening_stock = forms.IntegerField(
        min_value=0,
        max_value=1_000_000,
        required=False,
        label=_("Pieces on hand"),
        widget=UnfoldAdminIntegerFieldWidget,
        help_text=_("Of each variant, to begin with. You can count each one after saving."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "stock" in self.fields and not self.is_new:
            self.fields["stock"].widget.attrs["product"] = self.instance

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        try:
            check_stock(
                product=self.instance, counted=values.get("stock") or {}, seen=self.seen_stock
            )
        except DomainError as error:
            self.add_error(None if self.is_new else "stock", str(error))
        return values

    @property
    def seen_stock(self) -> dict[str, int]:
        return seen_stock(self.data, "stock")

    def product_input(self) -> Any:
        stock = {name: self.cleaned_data.pop(name, None) for name in ("stock", "opening_stock")}
        try:
            return super().product_input()
        finally:
            self.cleaned_data |= stock


@admin.register(Product, site=store_admin)
class ProductAdmin(ProductColumns, Admin):
    form = ProductPageForm
    compressed_fields = False  # the variants need the whole width
    list_display = (
        "picture", "shown_title", "shown_status", "stock", "price", "category", "changed", "in_shop",
    )  # fmt: skip
    list_display_links = ("shown_title",)
    card = Card(
        "shown_title",
        side=("price",),
        facts=("category",),
        end=("stock",),
        badges=("shown_status", "in_shop"),
        named=("stock",),
    )
    list_filter = (("status", ChoicesDropdownFilter), CategoryFilter)
    search_fields = ("title",)
    search_help_text = _("Words of title, brand, tags or SKU, or a whole SKU")
    ordering = ("-id",)
    stamped_places: Mapping[str, str] = {"images": "pictures", "options": "variants"}
    actions = ("activate", "hide", "archive")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        stock = "stock" if obj else "opening_stock"
        return (
            (None, {"fields": (("title", "status"), "description", "pictures", "variants", stock)}),
            (
                gettext("Where it belongs"),
                {"fields": ("category_ids", ("brand", "tags"), "attributes", "position")},
            ),
            (
                gettext("Tax and delivery"),
                {"fields": (("tax_class", "hsn_code"), ("shipping_profile", "is_digital"))},
            ),
            (
                gettext("Gift card"),
                {"fields": ("is_gift_card", ("own_from_minor", "own_to_minor"))},
            ),
            (gettext("Search engines"), {"fields": ("slug", "seo_title", "seo_description")}),
        )

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ProductChangeList]:
        return ProductChangeList

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        return refusing(request, self.form)  # whole as it is: its fields are not the model's

    def stamped_names(self, request: HttpRequest, row: Any) -> None:
        """The form writes the whole product."""

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Product], search_term: str
    ) -> tuple[QuerySet[Product], bool]:
        key = sku_key(search_term)
        by_sku = queryset.filter(sku_keys__contains=[key])
        if key and by_sku.exists():
            return by_sku, False
        if not search_term.strip():
            return queryset, False
        return queryset.filter(pk__in=find_product_ids(search_term)), False

    def save_model(self, request: HttpRequest, obj: Product, form: Any, change: bool) -> None:
        form.write()
        write_stock(
            product=obj,
            counted=form.cleaned_data.get("stock") or {},
            seen=form.seen_stock,
            opening=form.cleaned_data.get("opening_stock"),
            actor=staff_actor(request),
        )

    def delete_model(self, request: HttpRequest, obj: Product) -> None:
        catalog.delete_product(product=obj)

    def view_on_site(self, obj: Product) -> str:
        return shop_page_of(obj)

    @admin.action(description=_("Show in the shop"), permissions=["change"])
    def activate(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        _set_status(request, queryset, ProductStatus.ACTIVE, gettext("{count} on sale."))

    @admin.action(description=_("Hide from the shop (becomes a draft)"), permissions=["change"])
    def hide(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        _set_status(request, queryset, ProductStatus.DRAFT, gettext("{count} hidden."))

    @admin.action(description=_("Archive"), permissions=["change"])
    def archive(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        _set_status(request, queryset, ProductStatus.ARCHIVED, gettext("{count} archived."))


def _set_status(
    request: HttpRequest, products: QuerySet[Product], status: ProductStatus, done: str
) -> None:
    call_for_each(
        request,
        products,
        lambda product: catalog.set_product_status(product=product, status=status),
        done,
    )


@admin.register(Category, site=store_admin)
class CategoryAdmin(Admin):
    form = CategoryForm
    list_display = ("in_tree", "address", "place", "shown")
    card = Card("in_tree", facts=("address",), end=("shown",), named=("shown",))
    place = plain("position", _("order in lists"))
    shown = flag("is_active", "shown")
    search_fields = ("name", "slug")
    ordering = ("position", "name")
    fieldsets = (
        (None, {"fields": (("name", "parent_id"), "description", ("position", "is_active"))}),
        (_("Search engines"), {"fields": ("slug", "seo_title", "seo_description")}),
    )

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        return refusing(request, self.form)

    def save_model(self, request: HttpRequest, obj: Category, form: Any, change: bool) -> None:
        form.write()

    def delete_model(self, request: HttpRequest, obj: Category) -> None:
        catalog.delete_category(category=obj)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        nodes = list_category_nodes(include_inactive=True)
        self.paths = {
            node.id: " / ".join([*(name for name, _slug in node.ancestors), node.name])
            for node in nodes
        }
        return super().changelist_view(request, extra_context)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Category], search_term: str
    ) -> tuple[QuerySet[Category], bool]:
        """In the tree, which is in memory: without case, accents and joiners, as products are searched."""
        words = search_words(search_term)
        if not words:
            return queryset, False
        found = [
            node.id
            for node in list_category_nodes(include_inactive=True)
            if all(word in " ".join(search_words(f"{node.name} {node.slug}")) for word in words)
        ]
        return queryset.filter(pk__in=found), False

    @display(description=_("address"), ordering="slug")
    def address(self, category: Category) -> str:
        return category.slug

    @display(description=_("category"))
    def in_tree(self, category: Category) -> str:
        return self.paths.get(category.pk, category.name)
