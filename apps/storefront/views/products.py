"""One product."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_safe

from apps.catalog.errors import ProductNotFound
from apps.catalog.selectors import get_product
from apps.common.graphemes import shorten
from apps.common.html import text_of_html
from apps.common.money import money_json
from apps.content.models import Purpose
from apps.content.selectors import find_page_link
from apps.inventory.selectors import get_availability
from apps.platform.selectors import current_url
from apps.storefront.cards import photo_of
from apps.storefront.page_cache.for_everyone import for_everyone
from apps.storefront.paths import path_of
from apps.storefront.product_page import (
    VariantView,
    choose_variant,
    gallery_of,
    option_views,
    variant_views,
)
from apps.storefront.selectors import (
    find_category_of,
    get_delivery,
    list_related,
    with_stock,
)
from apps.storefront.structured import product_json
from apps.storefront.views.browsing import SUMMARY_LENGTH
from apps.tenancy.context import current_store


@require_safe
def product(request: HttpRequest, slug: str) -> HttpResponse:
    """One document read and one query; related products and delivery come from the cache.

    Staff look at a product before it is on sale; for visitors it is a 404.
    """
    item = get_product(slug, include_hidden=True)
    if not item.is_active and not request.user.has_perm("catalog.view_product"):
        raise ProductNotFound
    node = find_category_of(item)
    related = list_related(item, node)
    refs = {variant.id for variant in item.active_variants}
    refs.update(ref for card in related for ref in card.counted_refs)
    stock = get_availability(sorted(refs))
    variants = variant_views(item, stock)
    chosen = choose_variant(variants, request.GET.get("variant"))
    gallery = gallery_of(item, chosen)
    photos = [photo_of(image, item.title) for image in gallery]
    summary = item.seo_description or shorten(text_of_html(item.description), SUMMARY_LENGTH)
    context = {
        "product": item,
        "price": money_json(chosen.price_minor, current_store().currency) if chosen else None,
        "structured": product_json(
            item, variants=variants, photos=photos, node=node, summary=summary
        ),
        "shipping_page": find_page_link(Purpose.SHIPPING),
        "returns_page": find_page_link(Purpose.RETURNS),
        "is_preview": not item.is_active,
        "photos": photos,
        "variants": variants,
        "variants_json": [variant.as_json(gallery) for variant in variants],
        "chosen": chosen,
        "quantity": _quantity(request, chosen),
        "options": option_views(item, variants, chosen),
        "node": node,
        "delivery": get_delivery(),
        "related": with_stock(related, stock),
        # whatever spelling of the address was asked for
        "canonical": current_url(path_of("product", item.link_slug)),
        "summary": summary,
    }
    answer = render(request, "storefront/product.html", context)
    if not item.is_active:
        add_never_cache_headers(answer)
        return answer
    return for_everyone(answer)


def _quantity(request: HttpRequest, chosen: VariantView | None) -> int:
    """The initial quantity of the form; the URL contains it after a request for more than the stock."""
    wanted = request.GET.get("quantity", "")
    is_number = wanted.isascii() and wanted.isdecimal() and len(wanted) < 4
    most = chosen.most if chosen else 1
    return min(max(int(wanted), 1), most) if is_number else 1
