"""Documents home: `categories` and `products`, one MongoDB document each, always of one store.

A product is written as a whole, in one write, guarded by `version`. Fields that repeat what is elsewhere in the
document (`skus`, `sku_keys`, `variant_refs`, `price_from`, `title_key`) exist because indexes and sorts need
them on top; `apps.catalog.services.products` writes them together with the rest. `derived.py` computes those of texts.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_mongodb_backend.fields import (
    ArrayField,
    EmbeddedModelArrayField,
    ObjectIdField,
)
from django_mongodb_backend.models import EmbeddedModel

from apps.catalog.quantities import QuantityRule
from apps.tenancy.documents.models import Document


class NestedModelArrayField(EmbeddedModelArrayField):
    """An array of sub-documents inside a sub-document. The backend's own field leaves such items as plain dicts."""

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        if value is None:
            return None
        return [self.base_field.to_python(item) for item in value]


class ProductStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    ACTIVE = "active", _("Active")
    ARCHIVED = "archived", _("Archived")


class Category(Document):
    """A node of the category tree, which has at most ten levels. `parent_id` is None at the top level."""

    shown_on_pages = True

    parent_id = ObjectIdField(null=True, blank=True)
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=140, db_index=False)
    slug_spelling = models.CharField(max_length=240, blank=True, default="", editable=False)
    description = models.TextField(blank=True, default="")
    image = models.CharField(max_length=300, blank=True, default="")
    position = models.IntegerField(default=0)
    is_active = models.BooleanField(default=True)
    seo_title = models.CharField(max_length=200, blank=True, default="")
    seo_description = models.CharField(max_length=400, blank=True, default="")

    class Meta:
        db_table = "categories"
        verbose_name_plural = _("categories")
        constraints = [models.UniqueConstraint(fields=["store", "slug"], name="category_slug")]
        indexes = [models.Index(fields=["store", "parent_id"], name="category_by_parent")]

    def __str__(self) -> str:
        return self.name

    @property
    def link_slug(self) -> str:
        """The slug as links write it, with its joiners."""
        return self.slug_spelling or self.slug


class Option(EmbeddedModel):
    """A choice of the buyer, such as Size, with its values in their order."""

    name = models.CharField(max_length=40)
    values = ArrayField(models.CharField(max_length=60))

    def __str__(self) -> str:
        return self.name


class VariantPrice(EmbeddedModel):
    """One currency's price in minor units. `compare_at_minor` is the struck-out price, always higher."""

    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    compare_at_minor = models.BigIntegerField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.currency} {self.amount_minor}"


class Variant(EmbeddedModel):
    """What is sold and stocked. `id` is a UUID as text and never changes: stock and orders refer to it.

    `image` is the id of one of the product's pictures; empty: the product's first. How many of it can be ordered is said by
    `quantity_rule`.
    """

    id = models.CharField(max_length=36, primary_key=True)
    sku = models.CharField(max_length=64)
    barcode = models.CharField(max_length=32, blank=True, default="")
    option_values = models.JSONField(default=dict, blank=True)
    prices = NestedModelArrayField(VariantPrice, default=list)
    weight_grams = models.IntegerField(default=0)
    position = models.IntegerField(default=0)
    is_active = models.BooleanField(default=True)
    image = models.CharField(max_length=36, blank=True, default="")
    min_quantity = models.IntegerField(default=1)
    max_quantity = models.IntegerField(null=True, blank=True)
    quantity_step = models.IntegerField(default=1)

    def __str__(self) -> str:
        return self.sku

    @property
    def quantity_rule(self) -> QuantityRule:
        """Variants from before there were rules have none of the three values."""
        return QuantityRule(self.min_quantity or 1, self.max_quantity, self.quantity_step or 1)

    @property
    def title(self) -> str:
        """The chosen values in the order of the options: `M / Blue`. Empty for a product without options."""
        return " / ".join(self.option_values.values())

    def price_in(self, currency: str) -> VariantPrice | None:
        return next((price for price in self.prices if price.currency == currency), None)


class Image(EmbeddedModel):
    """A picture. `renditions` maps a width (`"320"`) to `{"file", "width", "height"}`; files are storage names."""

    id = models.CharField(max_length=36, primary_key=True)
    file = models.CharField(max_length=300)
    width = models.IntegerField()
    height = models.IntegerField()
    alt = models.CharField(max_length=200, blank=True, default="")
    position = models.IntegerField(default=0)
    renditions = models.JSONField(default=dict, blank=True)

    def __str__(self) -> str:
        return self.alt or self.file

    def file_for(self, width: int) -> str:
        """The smallest rendition at least `width` wide, or else the widest."""
        by_width = sorted((entry["width"], entry["file"]) for entry in self.renditions.values())
        fitting = [name for have, name in by_width if have >= width]
        return fitting[0] if fitting else (by_width[-1][1] if by_width else self.file)


class Product(Document):
    """A product with everything that its page and its sale need: one read, one write.

    A gift card is one whose variants are its amounts. From `own_from_minor` to `own_to_minor`, in the store's currency, buyers
    may choose another amount; None: they may not.
    """

    shown_on_pages = True

    title = models.CharField(max_length=200)
    slug = models.SlugField(max_length=220, db_index=False)
    slug_spelling = models.CharField(max_length=240, blank=True, default="", editable=False)
    description = models.TextField(blank=True, default="")
    status = models.CharField(
        max_length=10, choices=ProductStatus.choices, default=ProductStatus.DRAFT
    )
    brand = models.CharField(max_length=80, blank=True, default="")
    tags = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    category_ids = ArrayField(ObjectIdField(), default=list, blank=True)
    options = EmbeddedModelArrayField(Option, default=list, blank=True)
    variants = EmbeddedModelArrayField(Variant, default=list, blank=True)
    images = EmbeddedModelArrayField(Image, default=list, blank=True)
    attributes = models.JSONField(default=dict, blank=True)
    tax_class = models.CharField(max_length=30, default="standard")
    hsn_code = models.CharField(max_length=10, blank=True, default="")
    is_digital = models.BooleanField(default=False)
    is_gift_card = models.BooleanField(default=False)
    own_from_minor = models.BigIntegerField(null=True, blank=True)
    own_to_minor = models.BigIntegerField(null=True, blank=True)
    shipping_profile = models.CharField(max_length=40, blank=True, default="")
    position = models.IntegerField(default=0)
    seo_title = models.CharField(max_length=200, blank=True, default="")
    seo_description = models.CharField(max_length=400, blank=True, default="")
    version = models.IntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    skus = ArrayField(models.CharField(max_length=64), default=list, editable=False)
    sku_keys = ArrayField(models.CharField(max_length=200), default=list, editable=False)
    variant_refs = ArrayField(models.CharField(max_length=36), default=list, editable=False)
    price_from = models.JSONField(default=dict, editable=False)
    title_key = models.CharField(max_length=200, editable=False, default="")

    class Meta:
        db_table = "products"
        constraints = [
            models.UniqueConstraint(fields=["store", "slug"], name="product_slug"),
            models.UniqueConstraint(fields=["store", "sku_keys"], name="product_sku_keys"),
        ]
        indexes = [
            models.Index(fields=["store", "status", "category_ids"], name="product_by_category"),
            models.Index(fields=["store", "category_ids"], name="product_in_category"),
            models.Index(fields=["store", "status", "position"], name="product_featured"),
            models.Index(fields=["store", "variant_refs"], name="product_by_variant"),
            # The unique index leaves out empty arrays; the embedded server answers from whole indexes only.
            models.Index(fields=["store", "-sku_keys"], name="product_by_sku_key"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def link_slug(self) -> str:
        """The slug as links write it, with its joiners."""
        return self.slug_spelling or self.slug

    @property
    def is_active(self) -> bool:
        return self.status == ProductStatus.ACTIVE

    @property
    def active_variants(self) -> list[Variant]:
        return [variant for variant in self.variants if variant.is_active]

    def variant(self, variant_ref: str) -> Variant | None:
        return next((variant for variant in self.variants if variant.id == variant_ref), None)

    def image_of(self, variant: Variant) -> Image | None:
        """The variant's own picture, or else the product's first."""
        own = next((image for image in self.images if image.id == variant.image), None)
        return own or (self.images[0] if self.images else None)

    @property
    def own_amounts(self) -> tuple[int, int] | None:
        """The least and the highest amount that a buyer of a gift card may choose; None where the variants are all."""
        if not (self.is_gift_card and self.own_from_minor and self.own_to_minor):
            return None
        return self.own_from_minor, self.own_to_minor

    def lowest_price(self, currency: str) -> int | None:
        """Minor units of the cheapest active variant; None when nothing is priced in that currency."""
        price: int | None = self.price_from.get(currency)
        return price
