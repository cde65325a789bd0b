"""The pages of products in the memory of the process: a page that is rendered again reads its stock.

What a page says of catalog, prices and texts belongs to the versions of all but the stock; its HTML to these facts, the stock
that it shows, the day and the language. Facts are at the prices of some customer groups, so groups never share them. Customers with a login, whom no cached page answers, get it as well.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from bson import ObjectId
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from apps.catalog.documents import Product
from apps.catalog.selectors import (
    CategoryNode,
    LinePart,
    ShownPrice,
    get_product,
    read_lines,
    shown_prices,
)
from apps.common.bounded_memory import BoundedMemory
from apps.common.clock import today
from apps.common.graphemes import shorten
from apps.common.html import text_of_html
from apps.common.money import money_json
from apps.content.models import Purpose
from apps.content.selectors import PageLink, find_page_link
from apps.inventory.bundles import bundles_of
from apps.inventory.selectors import Supply, offers_notices
from apps.platform.selectors import current_url
from apps.prices.rules import Groups
from apps.shipping.estimates import Estimate
from apps.storefront.cards import Card, photo_of
from apps.storefront.delivery_check import check_words
from apps.storefront.forms.cart import GiftForm
from apps.storefront.paths import path_of
from apps.storefront.product_page import (
    VariantView,
    choose_variant,
    gallery_of,
    option_views,
    variant_views,
)
from apps.storefront.selectors import (
    Delivery,
    find_category_of,
    get_delivery,
    list_related,
    with_stock,
)
from apps.storefront.structured import SUMMARY_LENGTH, product_json
from apps.tenancy.context import ActiveStore, current_store
from apps.tenancy.versioned_cache import Memory, cached_by_version

FACTS_BOUND: Final = 1_000  # products
HTML_BYTES: Final = 8 * 1024 * 1024

_facts: Memory = BoundedMemory(lambda: FACTS_BOUND)


@dataclass(frozen=True)
class Contents:
    """What a bundle is made of; `name` is the variant's, empty where the product has no other."""

    name: str
    parts: tuple[LinePart, ...]


@dataclass(frozen=True)
class ProductFacts:
    """`refs`: all variants of which the page shows stock, those of related products included."""

    product: Product
    node: CategoryNode | None
    related: tuple[Card, ...]
    refs: tuple[str, ...]
    summary: str
    delivery: Delivery
    delivery_check: Mapping[str, Any]
    shipping_page: PageLink | None
    returns_page: PageLink | None
    groups: Groups
    prices: Mapping[str, ShownPrice]
    contents: tuple[Contents, ...] = ()
    offers_notices: bool = False


@dataclass(frozen=True)
class ProductHtml:
    """`content` in two pieces with the token of the form between them; in one piece where there is no form."""

    facts: ProductFacts
    state: tuple[Any, ...]
    meta: SafeString
    content: tuple[str, ...]

    @property
    def size(self) -> int:
        return len(self.meta) + sum(map(len, self.content))


_html: BoundedMemory[tuple[ActiveStore, ObjectId, Groups], ProductHtml] = BoundedMemory(
    lambda: HTML_BYTES, size_of=lambda html: html.size
)


@cached_by_version(besides="inventory", memory=_facts)
def get_product_facts(slug: str, groups: Groups) -> ProductFacts:
    """At the prices of these groups; of hidden products, too. One document read, none while nothing but stock changes.
    Raises `ProductNotFound`."""
    product = get_product(slug, include_hidden=True)
    node = find_category_of(product)
    related = tuple(list_related(product, node, groups))
    refs = {variant.id for variant in product.active_variants}
    refs.update(ref for card in related for ref in card.counted_refs)
    return ProductFacts(
        product=product,
        node=node,
        related=related,
        refs=tuple(sorted(refs)),
        summary=product.seo_description
        or shorten(text_of_html(product.description), SUMMARY_LENGTH),
        delivery=get_delivery(product.shipping_profile or ""),
        delivery_check=check_words(),
        shipping_page=find_page_link(Purpose.SHIPPING),
        returns_page=find_page_link(Purpose.RETURNS),
        groups=groups,
        prices=shown_prices([product], current_store().currency, groups),
        contents=_contents_of(product),
        offers_notices=offers_notices(),
    )


def _contents_of(product: Product) -> tuple[Contents, ...]:
    """One document read for a bundle, none otherwise."""
    variants = product.active_variants
    refs = list(bundles_of([variant.id for variant in variants]))
    lines = read_lines(refs, current_store().currency) if refs else {}
    return tuple(
        Contents(variant.title if len(variants) > 1 else "", lines[variant.id].parts)
        for variant in variants
        if variant.id in lines and lines[variant.id].parts
    )


def expected_of(facts: ProductFacts) -> Estimate | None:
    """When it arrives if it is ordered now; None for what is not sent, or not known. One statement where warehouses have
    times of their own, else none."""
    if not facts.delivery.is_known or facts.product.is_digital:
        return None
    return facts.delivery.estimate(variant.id for variant in facts.product.active_variants)


def product_html(
    facts: ProductFacts,
    supply: Mapping[str, Supply],
    *,
    expected: Estimate | None,
    wanted: str,
    quantity: str,
    path: str,
) -> ProductHtml:
    """The page's own part. `wanted` and `quantity` as they were asked for; the form leads back to `path`."""
    stock = {ref: each.sellable for ref, each in supply.items()}
    related = with_stock(facts.related, stock)
    state = (
        tuple(supply.get(variant.id) for variant in facts.product.active_variants),
        tuple(card.is_sold_out for card in related),
        wanted,
        quantity,
        path,
        today(),
        expected,
        get_language(),
        current_url(""),
    )
    key = (current_store(), facts.product.pk, facts.groups)
    kept = _html.get(key)
    if kept is None or kept.facts is not facts or kept.state != state:
        kept = _render(
            facts,
            state,
            related,
            supply,
            expected=expected,
            wanted=wanted,
            quantity=quantity,
            path=path,
        )
        _html.put(key, kept)
    return kept


def _render(
    facts: ProductFacts,
    state: tuple[Any, ...],
    related: list[Card],
    supply: Mapping[str, Supply],
    *,
    expected: Estimate | None,
    wanted: str,
    quantity: str,
    path: str,
) -> ProductHtml:
    item, store = facts.product, current_store()
    variants = variant_views(item, supply, facts.prices)
    chosen = choose_variant(variants, wanted)
    gallery = gallery_of(item, chosen)
    photos = [photo_of(image, item.title) for image in gallery]
    token = f"hole{secrets.token_hex(16)}"
    context = {
        "store": store,
        "product": item,
        "price": money_json(chosen.price_minor, store.currency) if chosen else None,
        "structured": product_json(
            item, variants=variants, photos=photos, node=facts.node, summary=facts.summary
        ),
        "shipping_page": facts.shipping_page,
        "returns_page": facts.returns_page,
        "is_preview": not item.is_active,
        "photos": photos,
        "variants": variants,
        "variants_json": [variant.as_json(gallery) for variant in variants],
        "chosen": chosen,
        **_form_values(item, quantity, chosen),
        "options": option_views(item, variants, chosen),
        "node": facts.node,
        "delivery": facts.delivery,
        "expected": expected,
        **facts.delivery_check,
        "related": related,
        "contents": facts.contents,
        "offers_notices": facts.offers_notices and any(not v.can_be_bought for v in variants),
        # whatever spelling of the address was asked for
        "canonical": current_url(path_of("product", item.link_slug)),
        "origin": current_url(""),
        "summary": facts.summary,
        "back": path,
        "csrf_token": token,
    }
    meta = mark_safe(render_to_string("storefront/parts/product_meta.html", context))  # noqa: S308  a template's
    content = render_to_string("storefront/parts/product_content.html", context)
    return ProductHtml(facts, state, meta, tuple(map(str, content.split(token))))


def _form_values(item: Product, quantity: str, chosen: VariantView | None) -> dict[str, Any]:
    return {
        "quantity": _quantity(quantity, chosen),
        "gift_form": GiftForm(own_amounts=item.own_amounts) if item.is_gift_card else None,
    }


def _quantity(wanted: str, chosen: VariantView | None) -> int:
    """The initial quantity of the form; the URL contains it after a request for more than the stock."""
    is_number = wanted.isascii() and wanted.isdecimal() and len(wanted) < 4
    if chosen is None:
        return 1
    fitting = chosen.rule.most(min(int(wanted), chosen.most)) if is_number else 0
    return fitting or chosen.rule.first
