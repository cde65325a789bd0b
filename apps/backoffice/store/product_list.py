"""The list of products: picture, category, stock and the way to the shop. One page costs one query more, for the stock."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bson import ObjectId
from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display
from unfold.views import ChangeList

from apps.backoffice.columns import badge, moment, money, thumbnail
from apps.catalog.documents import Product
from apps.catalog.selectors import list_category_nodes
from apps.inventory.selectors import NO_SUPPLY, Supply, get_supply
from apps.tenancy.context import current_store

_THUMBNAIL = 320
_NONE = "none"


@dataclass(frozen=True)
class Shown:
    """Values of a page's rows that are not part of the product itself."""

    stock: Mapping[str, Supply]
    categories: Mapping[ObjectId, str]


class ProductChangeList(ChangeList):
    """Reads the stock of the page's products at once."""

    result_list: Any

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        products = list(self.result_list)
        refs = [variant.id for product in products for variant in product.active_variants]
        nodes = list_category_nodes(include_inactive=True)
        shown = Shown(
            stock=get_supply(refs) if refs else {},
            categories={node.id: node.name for node in nodes},
        )
        for product in products:
            product.shown = shown
        self.result_list = products


class CategoryFilter(DropdownFilter):
    """A category with everything below it."""

    title = _("category")
    parameter_name = "category"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        nodes = list_category_nodes(include_inactive=True)
        named = [(str(node.id), f"{'— ' * node.depth}{node.name}") for node in nodes]
        return [*named, (_NONE, gettext("In no category"))] if named else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Product]) -> QuerySet[Product]:
        if not self.value():
            return queryset
        if self.value() == _NONE:
            return queryset.filter(category_ids=[])
        nodes = list_category_nodes(include_inactive=True)
        chosen = next((node for node in nodes if str(node.id) == self.value()), None)
        if chosen is None:
            return queryset.none()
        return queryset.filter(category_ids__overlap=[node.id for node in chosen.walk()])


class ProductColumns:
    """The columns, for `ProductAdmin`."""

    @display(description="")
    def picture(self, product: Product) -> SafeString:
        first = product.images[0].file_for(_THUMBNAIL) if product.images else ""
        return thumbnail(default_storage.url(first) if first else "")

    @display(description=_("product"), ordering="title_key")
    def shown_title(self, product: Product) -> SafeString:
        skus = ", ".join(product.skus[:3]) + (" ..." if len(product.skus) > 3 else "")
        return format_html('{}<br><span class="bo-muted">{}</span>', product.title, skus)

    @display(description=_("status"), ordering="status")
    def shown_status(self, product: Product) -> SafeString:
        return badge(product.status, product.get_status_display())

    @display(description=_("stock"))
    def stock(self, product: Any) -> SafeString | str:
        """`12 in 3 variants`, and how many of them are sold out."""
        if product.is_digital:
            return gettext("not counted")
        refs = [variant.id for variant in product.active_variants]
        supply = [product.shown.stock.get(ref, NO_SUPPLY) for ref in refs]
        pieces = [each.available for each in supply]
        if not any(pieces) and any(each.later for each in supply):
            return badge("pending", gettext("On backorder"))
        if not any(pieces):
            return badge("failed", gettext("Sold out"))
        empty = pieces.count(0)
        words = f"{sum(pieces)}"
        if len(pieces) > 1:
            words = gettext("%(pieces)s in %(count)s variants") % {
                "pieces": sum(pieces),
                "count": len(pieces),
            }
        if not empty:
            return words
        return format_html(
            '{}<br><span class="bo-muted">{}</span>',
            words,
            gettext("%(count)s sold out") % {"count": empty},
        )

    @display(description=_("category"))
    def category(self, product: Any) -> str:
        names = product.shown.categories
        return ", ".join(names[pk] for pk in product.category_ids if pk in names) or "-"

    @display(description=_("price from"))
    def price(self, product: Product) -> str:
        currency = current_store().currency
        return money(product.lowest_price(currency), currency)

    @display(description=_("changed"), ordering="updated_at")
    def changed(self, product: Product) -> SafeString | str:
        return moment(product.updated_at)

    @display(description=_("in the shop"))
    def in_shop(self, product: Product) -> SafeString:
        words = "View" if product.is_active else "Preview"
        return format_html(
            '<a href="{}" target="_blank" rel="noopener">{}<span class="bo-hidden"> {} in the shop</span></a>',
            shop_page_of(product),
            words,
            product.title,
        )


def shop_page_of(product: Product) -> str:
    return reverse("storefront:product", args=[product.link_slug], urlconf="config.urls.store")
