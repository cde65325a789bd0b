"""Products as lists show them: small frozen values that can be cached."""

from dataclasses import dataclass

from django.core.files.storage import default_storage

from apps.catalog.documents import Image, Product, Variant
from apps.storefront.paths import path_of
from apps.tenancy.context import current_store

_SHOWN_WIDTH = 640


@dataclass(frozen=True)
class Photo:
    """A picture with everything an `<img>` needs to hold its place and choose its size."""

    src: str
    srcset: str
    width: int
    height: int
    alt: str


@dataclass(frozen=True)
class Card:
    """`counted_refs` are the variants whose stock decides `is_sold_out`; empty for digital products."""

    title: str
    slug: str
    url: str
    brand: str
    photo: Photo | None
    currency: str
    price_minor: int | None
    compare_at_minor: int | None
    has_range: bool
    counted_refs: tuple[str, ...]
    is_sold_out: bool = False


def photo_of(image: Image, fallback_alt: str) -> Photo:
    entries = sorted(image.renditions.values(), key=lambda entry: entry["width"])
    return Photo(
        src=default_storage.url(image.file_for(_SHOWN_WIDTH)),
        srcset=", ".join(
            f"{default_storage.url(entry['file'])} {entry['width']}w" for entry in entries
        ),
        width=image.width,
        height=image.height,
        alt=image.alt or fallback_alt,
    )


def card_of(product: Product) -> Card:
    """The card of a product in the store's currency, with the price of its cheapest variant. Reads nothing."""
    currency = current_store().currency
    prices = [
        price
        for variant in product.active_variants
        if (price := variant.price_in(currency)) is not None
    ]
    cheapest = min(prices, key=lambda price: price.amount_minor, default=None)
    return Card(
        title=product.title,
        slug=product.link_slug,
        url=path_of("product", product.link_slug),
        brand=product.brand,
        photo=photo_of(product.images[0], product.title) if product.images else None,
        currency=currency,
        price_minor=cheapest.amount_minor if cheapest else None,
        compare_at_minor=cheapest.compare_at_minor if cheapest else None,
        has_range=len({price.amount_minor for price in prices}) > 1,
        counted_refs=() if product.is_digital else _refs(product.active_variants),
    )


def _refs(variants: list[Variant]) -> tuple[str, ...]:
    return tuple(variant.id for variant in variants)
