"""Input of the catalog's services: plain values, not yet validated. Amounts are minor units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from apps.catalog.documents import Category, Product, ProductStatus, Variant
from apps.catalog.tax_classes import STANDARD


@dataclass(frozen=True, kw_only=True)
class OptionInput:
    name: str
    values: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class PriceInput:
    currency: str
    amount_minor: int
    compare_at_minor: int | None = None


@dataclass(frozen=True, kw_only=True)
class VariantInput:
    """`id` is None for a new variant. An id the product does not have is refused.

    `image_id` is the id of one of the product's pictures, or empty. `max_quantity` None: no limit of its own.
    """

    sku: str
    prices: Sequence[PriceInput] = ()
    option_values: Mapping[str, str] = field(default_factory=dict)
    barcode: str = ""
    weight_grams: int = 0
    is_active: bool = True
    image_id: str = ""
    min_quantity: int = 1
    max_quantity: int | None = None
    quantity_step: int = 1
    id: str | None = None

    @classmethod
    def of(cls, variant: Variant) -> VariantInput:
        return cls(
            id=variant.id,
            sku=variant.sku,
            barcode=variant.barcode,
            option_values=dict(variant.option_values),
            prices=[
                PriceInput(
                    currency=price.currency,
                    amount_minor=price.amount_minor,
                    compare_at_minor=price.compare_at_minor,
                )
                for price in variant.prices
            ],
            weight_grams=variant.weight_grams,
            is_active=variant.is_active,
            image_id=variant.image,
            min_quantity=variant.quantity_rule.minimum,
            max_quantity=variant.max_quantity,
            quantity_step=variant.quantity_rule.step,
        )


@dataclass(frozen=True, kw_only=True)
class ProductInput:
    """A whole product except its pictures. To change a part: `replace(ProductInput.of(product), title="...")`.

    An empty `slug` is made from the title. Variants keep the order in which they are given. Variants of the
    stored product that are missing here are removed. A gift card is digital and exempt, whatever is said.
    """

    title: str
    variants: Sequence[VariantInput]
    slug: str = ""
    description: str = ""
    status: str = ProductStatus.DRAFT
    brand: str = ""
    tags: Sequence[str] = ()
    category_ids: Sequence[Any] = ()
    options: Sequence[OptionInput] = ()
    attributes: Mapping[str, Any] = field(default_factory=dict)
    tax_class: str = STANDARD
    hsn_code: str = ""
    is_digital: bool = False
    is_gift_card: bool = False
    own_from_minor: int | None = None
    own_to_minor: int | None = None
    shipping_profile: str = ""
    position: int = 0
    seo_title: str = ""
    seo_description: str = ""

    @classmethod
    def of(cls, product: Product) -> ProductInput:
        return cls(
            title=product.title,
            slug=product.link_slug,
            description=product.description,
            status=product.status,
            brand=product.brand,
            tags=list(product.tags),
            category_ids=list(product.category_ids),
            options=[OptionInput(name=o.name, values=list(o.values)) for o in product.options],
            variants=[VariantInput.of(variant) for variant in product.variants],
            attributes=dict(product.attributes),
            tax_class=product.tax_class,
            hsn_code=product.hsn_code or "",
            is_digital=product.is_digital,
            is_gift_card=bool(product.is_gift_card),
            own_from_minor=product.own_from_minor,
            own_to_minor=product.own_to_minor,
            shipping_profile=product.shipping_profile or "",
            position=product.position,
            seo_title=product.seo_title,
            seo_description=product.seo_description,
        )


@dataclass(frozen=True, kw_only=True)
class PicturesInput:
    """All pictures a product shall have, the main one first: ids of its own and tokens of kept uploads, which become
    ids. Anything of the product that is not named is removed. `alts` are texts by id or token."""

    order: Sequence[str] = ()
    alts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class CategoryInput:
    """`parent_id` None means the top. An empty `slug` is made from the name."""

    name: str
    parent_id: Any = None
    slug: str = ""
    description: str = ""
    image: str = ""
    position: int = 0
    is_active: bool = True
    seo_title: str = ""
    seo_description: str = ""

    @classmethod
    def of(cls, category: Category) -> CategoryInput:
        return cls(**{each.name: getattr(category, each.name) for each in fields(cls)})
