"""Products as lists show them: small frozen values that can be cached."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.files.storage import default_storage

from apps.catalog.documents import Image, ProductStatus
from apps.catalog.selectors import ProductSummary, read_summaries
from apps.prices.rules import NO_GROUPS, Groups
from apps.storefront.paths import path_of
from apps.tenancy.context import current_store

_SHOWN_WIDTH = 640


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture with everything an `<img>` needs to hold its place and choose its size."""

    src: str
    srcset: str
    width: int
    height: int
    alt: str


@dataclass(frozen=True, slots=True)
class Card:
    """`counted_refs` are the variants whose stock decides `is_sold_out`; empty for digital products. `prior_minor`: the lowest
    price of the 30 days before a reduction, where the store names it."""

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
    prior_minor: int | None = None


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


def card_of(product: ProductSummary) -> Card:
    """The card of a product in the store's currency, with the price of its cheapest variant. Reads nothing."""
    return Card(
        title=product.title,
        slug=product.slug,
        url=path_of("product", product.slug),
        brand=product.brand,
        photo=photo_of(product.image, product.title) if product.image else None,
        currency=current_store().currency,
        price_minor=product.price_minor,
        compare_at_minor=product.compare_at_minor,
        has_range=product.has_range,
        counted_refs=product.counted_refs,
        prior_minor=product.prior_minor,
    )


def read_cards(ids: Sequence[str], groups: Groups = NO_GROUPS) -> dict[str, Card]:
    """The cards of these products at the prices of these groups, without stock: one document read. Those that are not on
    sale are left out."""
    found = read_summaries(
        ids, currency=current_store().currency, status=ProductStatus.ACTIVE, groups=groups
    )
    return {key: card_of(product) for key, product in found.items()}
