"""Input and output of the catalog, as the schema shows it. `presenting.py` builds the output as plain dictionaries,
because serializers cost more than the queries of a list."""

import re
from typing import Any

from rest_framework import serializers

from apps.catalog.documents import ProductStatus
from apps.catalog.tax_classes import STANDARD
from apps.common.api.fields import (
    BlockField,
    CodeField,
    FlagField,
    LineField,
    MomentField,
    MoneyField,
    RawField,
    WholeField,
)
from apps.common.api.pagination import PageQuery
from apps.common.api.schemas import paged
from apps.common.api.serializers import StrictSerializer
from apps.common.errors import DomainError
from apps.common.money import parse_amount, to_minor
from apps.inventory.api.supplies import SupplySerializer
from apps.pictures.kinds import TAKEN
from apps.pictures.limits import MAX_BYTES
from apps.tenancy.context import current_store

AMOUNT = r"^[0-9]{1,15}(\.[0-9]{1,4})?\Z"
OBJECT_ID = r"^[0-9a-f]{24}\Z"
SORTS = ("newest", "featured", "price_asc", "price_desc", "title", "relevance")
_ATTRIBUTE = re.compile(r"[\w -]{1,60}")
MAX_INT = 2**53


class ProductQuery(PageQuery):
    q = LineField(
        max_length=100,
        required=False,
        help_text=(
            "Words of title, brand, tags, options or description, or a SKU or barcode. Misspelt words are corrected "
            "where nothing has them."
        ),
    )
    category = LineField(max_length=140, required=False, help_text="Id or slug; with all below it.")
    price_min = serializers.RegexField(
        AMOUNT, required=False, help_text="In the store's currency, such as 499.00."
    )
    price_max = serializers.RegexField(AMOUNT, required=False)
    labels = LineField(
        max_length=500,
        required=False,
        help_text="Brand, options or attributes, such as Size:M|Size:L|Brand:Loom: one of each name.",
    )
    in_stock = serializers.BooleanField(required=False, help_text="Only what can be ordered now.")
    sort = serializers.ChoiceField(
        choices=SORTS,
        required=False,
        help_text=(
            "When left out `relevance` with words, `newest` without. By price is by the price that everyone pays for one piece, "
            "as `price_min` and `price_max` are."
        ),
    )
    status = serializers.ChoiceField(
        choices=[*ProductStatus.values, "all"],
        required=False,
        help_text="Staff only; visitors see active products.",
    )


class OptionInputSerializer(StrictSerializer):
    name = LineField(max_length=40)
    values = serializers.ListField(  # type: ignore[assignment]
        child=LineField(max_length=60), allow_empty=False, max_length=100
    )


class PriceInputSerializer(StrictSerializer):
    amount = serializers.RegexField(AMOUNT, help_text="A decimal as text, such as 499.00.")
    currency = serializers.RegexField(r"^[A-Z]{3}\Z")
    compare_at = serializers.RegexField(
        AMOUNT, required=False, allow_null=True, help_text="The struck-out price."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Adds `amount_minor` and `compare_at_minor`."""
        for name in ("amount", "compare_at"):
            text = attrs.get(name)
            try:
                minor = None if text is None else to_minor(parse_amount(text, attrs["currency"]))
            except DomainError as error:
                raise serializers.ValidationError({name: [str(error)]}) from error
            attrs[f"{name}_minor"] = minor
        return attrs


class VariantInputSerializer(StrictSerializer):
    id = CodeField(max_length=36, required=False, help_text="The id of an existing variant.")
    sku = CodeField(max_length=64)
    barcode = CodeField(max_length=32, default="", allow_blank=True)
    option_values = serializers.DictField(child=LineField(max_length=60), default=dict)
    prices = serializers.ListField(child=PriceInputSerializer(), max_length=30)
    weight_grams = WholeField(default=0)
    is_active = FlagField(default=True)
    image_id = CodeField(
        max_length=36,
        default="",
        allow_blank=True,
        help_text="One of the product's pictures. Empty: the product's first image represents the variant.",
    )
    min_quantity = WholeField(default=1, min_value=1, help_text="Fewest pieces in an order.")
    max_quantity = WholeField(
        default=None, allow_null=True, min_value=1, help_text="Most pieces in an order."
    )
    quantity_step = WholeField(
        default=1, min_value=1, help_text="Pieces of a pack: only whole packs can be ordered."
    )


class AttributesField(serializers.DictField):
    """Free facts about a product: text, numbers, true or false, and lists of these."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        values = super().to_internal_value(data)
        for name, value in values.items():
            items = value if isinstance(value, list) else [value]
            if not _ATTRIBUTE.fullmatch(name) or len(items) > 100:
                raise serializers.ValidationError({name: ["This is not a name for an attribute."]})
            if not all(_is_plain(item) for item in items):
                raise serializers.ValidationError({name: ["Text, a number, true or false."]})
        return values


def _is_plain(value: Any) -> bool:
    if isinstance(value, int | float):
        return abs(value) <= MAX_INT
    return isinstance(value, str) and len(value) <= 2000


class ProductInputSerializer(StrictSerializer):
    title = LineField(max_length=200)
    slug = LineField(max_length=120, default="", allow_blank=True)
    description = RawField(max_length=50_000, default="", allow_blank=True, help_text="HTML.")
    status = serializers.ChoiceField(choices=ProductStatus.choices, default=ProductStatus.DRAFT)
    brand = LineField(max_length=80, default="", allow_blank=True)
    tags = serializers.ListField(child=LineField(max_length=40), default=list, max_length=50)
    category_ids = serializers.ListField(
        child=serializers.RegexField(OBJECT_ID), default=list, max_length=50
    )
    options = serializers.ListField(child=OptionInputSerializer(), default=list, max_length=10)
    variants = serializers.ListField(
        child=VariantInputSerializer(), allow_empty=False, max_length=500
    )
    attributes = AttributesField(default=dict)
    tax_class = CodeField(
        max_length=30, default=STANDARD, help_text="One that the store has rates for, or `exempt`."
    )
    hsn_code = CodeField(
        max_length=20, default="", allow_blank=True, help_text="HSN or SAC, for invoices."
    )
    is_digital = FlagField(default=False)
    is_gift_card = FlagField(
        default=False, help_text="Its variants are amounts. It is digital and exempt from tax."
    )
    own_from = serializers.RegexField(
        AMOUNT,
        default=None,
        allow_null=True,
        help_text="Of a gift card: buyers may choose an amount from this, in the store's currency.",
    )
    own_to = serializers.RegexField(AMOUNT, default=None, allow_null=True)
    shipping_profile = CodeField(
        max_length=40, default="", allow_blank=True, help_text="The code of one that the store has."
    )
    position = WholeField(default=0, min_value=-1_000_000, max_value=1_000_000)
    seo_title = LineField(max_length=200, default="", allow_blank=True)
    seo_description = LineField(max_length=400, default="", allow_blank=True)
    version = WholeField(
        required=False, help_text="The version you read: the write is refused if there is a newer."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Replaces `own_from` and `own_to` by their minor units."""
        for name in ("own_from", "own_to"):
            if name not in attrs:
                continue
            text = attrs.pop(name)
            try:
                minor = to_minor(parse_amount(text, current_store().currency)) if text else None
            except DomainError as error:
                raise serializers.ValidationError({name: [str(error)]}) from error
            attrs[f"{name}_minor"] = minor
        return attrs


class ImageInputSerializer(StrictSerializer):
    file = serializers.FileField(
        help_text=f"{TAKEN}, at most {MAX_BYTES // 1024 // 1024} MB; of several pictures the first."
    )
    alt = LineField(max_length=200, default="", allow_blank=True)


class CategoryInputSerializer(StrictSerializer):
    name = LineField(max_length=120)
    parent_id = serializers.RegexField(OBJECT_ID, default=None, allow_null=True)
    slug = LineField(max_length=120, default="", allow_blank=True)
    description = BlockField(max_length=10_000, default="", allow_blank=True)
    position = WholeField(default=0, min_value=-1_000_000, max_value=1_000_000)
    is_active = FlagField(default=True)
    seo_title = LineField(max_length=200, default="", allow_blank=True)
    seo_description = LineField(max_length=400, default="", allow_blank=True)


class PictureSerializer(serializers.Serializer[Any]):
    url = serializers.URLField()
    alt = serializers.CharField()


_PRIOR = "The lowest price of the 30 days before the reduction, where the store names it."


class RunningSaleSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    ends_at = serializers.DateTimeField(allow_null=True)


class TierSerializer(serializers.Serializer[Any]):
    min_quantity = serializers.IntegerField()
    price = MoneyField()


class ProductSummarySerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    slug = serializers.CharField()
    title = serializers.CharField()
    brand = serializers.CharField()
    status = serializers.ChoiceField(choices=ProductStatus.choices)
    is_digital = serializers.BooleanField()
    is_gift_card = serializers.BooleanField()
    category_ids = serializers.ListField(child=serializers.CharField())
    tags = serializers.ListField(child=serializers.CharField())
    price = MoneyField(
        allow_null=True,
        help_text="Of the cheapest variant, in the store's currency: what the sender pays for one piece now.",
    )
    compare_at = MoneyField(allow_null=True)
    prior_price = MoneyField(allow_null=True, help_text=_PRIOR)
    sale = RunningSaleSerializer(allow_null=True)
    in_stock = serializers.BooleanField(
        help_text="Whether it can be ordered now, backorders and pre-orders included."
    )
    image = PictureSerializer(allow_null=True)


ProductPageSerializer = paged(
    ProductSummarySerializer,
    corrected=serializers.CharField(
        allow_null=True,
        help_text="The words that were searched instead of misspelt ones in `q`, or null.",
    ),
)


class OptionSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    values = serializers.ListField(child=serializers.CharField())  # type: ignore[assignment]


class PriceSerializer(serializers.Serializer[Any]):
    amount = serializers.CharField()
    currency = serializers.CharField()
    compare_at = serializers.CharField(allow_null=True)


class VariantPartSerializer(serializers.Serializer[Any]):
    variant_id = serializers.CharField()
    quantity = serializers.IntegerField()


class VariantSerializer(SupplySerializer):
    id = serializers.CharField()
    sku = serializers.CharField()
    barcode = serializers.CharField()
    title = serializers.CharField()
    option_values = serializers.DictField(child=serializers.CharField())
    price = MoneyField(allow_null=True, help_text="What the sender pays for one piece now.")
    compare_at = MoneyField(allow_null=True)
    prior_price = MoneyField(allow_null=True, help_text=_PRIOR)
    sale = RunningSaleSerializer(allow_null=True)
    tiers = TierSerializer(
        many=True, help_text="Prices of a piece by quantity; empty where it does not matter."
    )
    prices = PriceSerializer(many=True, help_text="Its own prices, without price lists and sales.")
    weight_grams = serializers.IntegerField()
    parts = VariantPartSerializer(
        many=True, help_text="Of a bundle: the variants that one of it is made of."
    )
    is_active = serializers.BooleanField()
    image_id = serializers.CharField(help_text="Empty when the variant has no picture of its own.")
    min_quantity = serializers.IntegerField()
    max_quantity = serializers.IntegerField(allow_null=True)
    quantity_step = serializers.IntegerField()
    image = PictureSerializer(
        allow_null=True, help_text="Its own picture, or else the product's first."
    )


class ImageSerializer(PictureSerializer):
    id = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    renditions = serializers.DictField(
        child=serializers.CharField(), help_text="Addresses by width in pixels."
    )


class ProductSerializer(ProductSummarySerializer):
    description = serializers.CharField()
    options = OptionSerializer(many=True)
    variants = VariantSerializer(many=True)
    images = ImageSerializer(many=True)
    attributes = serializers.DictField()
    tax_class = serializers.CharField()
    hsn_code = serializers.CharField()
    shipping_profile = serializers.CharField()
    own_from = serializers.CharField(
        allow_null=True, help_text="Of a gift card: the least amount that a buyer may choose."
    )
    own_to = serializers.CharField(allow_null=True)
    position = serializers.IntegerField()
    seo_title = serializers.CharField()
    seo_description = serializers.CharField()
    version = serializers.IntegerField()
    created_at = MomentField()
    updated_at = MomentField()


class CategorySerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    parent_id = serializers.CharField(allow_null=True)
    name = serializers.CharField()
    slug = serializers.CharField()
    description = serializers.CharField()
    position = serializers.IntegerField()
    is_active = serializers.BooleanField()
    seo_title = serializers.CharField()
    seo_description = serializers.CharField()


class CategoryNodeSerializer(CategorySerializer):
    children = serializers.ListField(
        child=serializers.DictField(), help_text="Categories of the same form."
    )


class CategoryTreeSerializer(serializers.Serializer[Any]):
    results = CategoryNodeSerializer(many=True)
