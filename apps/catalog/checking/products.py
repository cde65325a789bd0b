"""The product around its variants."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping
from typing import Any

from bson import ObjectId
from django.utils.translation import gettext

from apps.catalog.checking.faults import Faults
from apps.catalog.checking.gift_cards import check_gift_card
from apps.catalog.checking.variants import Known, check_options, check_variants
from apps.catalog.derived import derived_texts, sku_key
from apps.catalog.documents import Category, Product, ProductStatus, Variant
from apps.catalog.errors import InvalidProduct
from apps.catalog.inputs import ProductInput
from apps.catalog.limits import MAX_ATTRIBUTES, MAX_CATEGORIES, MAX_DESCRIPTION, MAX_TAGS
from apps.catalog.shipping_profiles import find_shipping_profile, list_shipping_profiles
from apps.catalog.slugs import free_slug, is_slug_taken
from apps.catalog.tax_classes import find_tax_class, list_tax_classes
from apps.common.slugs import spelled_slug
from apps.common.text import fold

_POSITIONS = 1_000_000
_HSN = re.compile(r"(\d{2}){2,5}", re.ASCII)
CheckedProduct = dict[str, Any]


def check_product(
    data: ProductInput,
    product: Product | None,
    *,
    image_ids: Collection[str] | None = None,
    attempt: int = 0,
) -> CheckedProduct:
    """Field values ready to be written, or `InvalidProduct` naming every fault at once.

    `image_ids` are the product's future pictures, if they change too; `attempt` counts the lost races for a free slug.

    Uniqueness is checked in three places. Here, one read finds SKUs, slugs and categories of the store, for precise
    messages. Inside a product `check_variants` compares SKUs, because an index accepts equal entries of one document.
    Across products the unique indexes (store, slug) and (store, sku_keys) decide at the write.
    """
    faults = Faults()
    values: CheckedProduct = {
        "title": faults.name("title", data.title, most=200),
        "description": faults.html("description", data.description, most=MAX_DESCRIPTION),
        "brand": faults.line("brand", data.brand, most=80),
        "tags": _check_tags(data.tags, faults),
        "attributes": _check_attributes(data.attributes, faults),
        "tax_class": _check_tax_class(data.tax_class, product, faults),
        "hsn_code": _check_hsn_code(data.hsn_code, faults),
        "is_digital": faults.flag("is_digital", data.is_digital),
        "shipping_profile": _check_shipping_profile(data.shipping_profile, product, faults),
        "position": faults.number("position", data.position, least=-_POSITIONS, most=_POSITIONS),
        "seo_title": faults.line("seo_title", data.seo_title, most=200),
        "seo_description": faults.line("seo_description", data.seo_description, most=400),
        "category_ids": _check_categories(data.category_ids, product, faults),
        "status": data.status,
        "options": check_options(data.options, faults),
    }
    known = _known_to(product, image_ids)
    values["variants"] = check_variants(data.variants, values["options"], known, faults)
    values |= check_gift_card(data, values["variants"], faults)
    _check_skus_elsewhere(values["variants"], product, faults)
    _check_status(data.status, values["variants"], faults)
    values["slug"] = _check_slug(data.slug, values["title"], product, attempt, faults)
    stored = product.slug_spelling if product else ""
    values["slug_spelling"] = spelled_slug(values["slug"], str(data.slug), stored, values["title"])
    if faults.fields:
        raise InvalidProduct(fields=faults.fields)
    return values | derived_values(values)


def _known_to(product: Product | None, image_ids: Collection[str] | None) -> Known:
    own = product.images if product else ()
    return Known(
        variant_ids={variant.id for variant in product.variants} if product else (),
        image_ids={image.id for image in own} if image_ids is None else set(image_ids),
    )


def derived_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """The document's derived fields for indexes and sorting."""
    variants: list[Variant] = values["variants"]
    lowest: dict[str, int] = {}
    for variant in variants:
        for price in variant.prices if variant.is_active else ():
            lowest[price.currency] = min(
                price.amount_minor, lowest.get(price.currency, price.amount_minor)
            )
    skus = [variant.sku for variant in variants]
    return {
        "skus": skus,
        "variant_refs": [variant.id for variant in variants],
        "price_from": lowest,
        **derived_texts(title=values["title"], skus=skus),
    }


def _check_tags(given: Any, faults: Faults) -> list[str]:
    tags: dict[str, str] = {}
    for index, tag in enumerate(faults.items("tags", given, most=MAX_TAGS)):
        cleaned = faults.line(f"tags.{index}", tag, most=40)
        if cleaned:
            tags.setdefault(fold(cleaned), cleaned)
    return list(tags.values())


def _check_attributes(given: Any, faults: Faults) -> dict[str, Any]:
    """A flat map of names to text, numbers, truth values or lists of text."""
    if not isinstance(given, Mapping):
        faults.add("attributes", gettext("This must be a map of names to values."))
        return {}
    if len(given) > MAX_ATTRIBUTES:
        faults.add(
            "attributes",
            gettext("At most %(max_attributes)s.") % {"max_attributes": MAX_ATTRIBUTES},
        )
        return {}
    attributes: dict[str, Any] = {}
    for key, value in given.items():
        path = f"attributes.{str(key)[:40]}"
        name = faults.line(path, key, most=60, required=True)
        if "." in name or "$" in name:
            faults.add(path, gettext("A name has no dots and no dollar signs."))
        elif fold(name) in {fold(other) for other in attributes}:
            faults.add(path, gettext("There is another attribute of this name."))
        elif name:
            attributes[name] = _check_value(path, value, faults)
    return attributes


def _check_value(path: str, value: Any, faults: Faults) -> Any:
    if isinstance(value, str):
        return faults.line(path, value, most=1000)
    if isinstance(value, list):
        texts = faults.items(path, value, most=100)
        return [faults.line(path, text, most=200) for text in texts]
    if isinstance(value, float):
        is_number = math.isfinite(value)
    else:
        is_number = isinstance(value, (bool, int)) and abs(value) < 2**53
    if not is_number:
        faults.add(path, gettext("A value is a text, a number, true or false, or a list of texts."))
    return value


def _check_tax_class(value: Any, product: Product | None, faults: Faults) -> str:
    """A class of the store. A product keeps its class after the class's rates were deleted."""
    given = faults.code("tax_class", value, most=30, required=True)
    if "tax_class" in faults.fields or (product is not None and given == product.tax_class):
        return given
    classes = list_tax_classes()
    found = find_tax_class(given, classes)
    if found is None:
        known = ", ".join(each.code for each in classes)
        faults.add(
            "tax_class",
            gettext("There is no tax class “%(given)s”. Choose one of: %(known)s.")
            % {"given": given, "known": known},
        )
    return found or given


def _check_shipping_profile(value: Any, product: Product | None, faults: Faults) -> str:
    """A profile of the store, or none. A product keeps one that was deleted."""
    given = faults.code("shipping_profile", value, most=40)
    if not given or (product is not None and given == product.shipping_profile):
        return given
    profiles = list_shipping_profiles()
    found = find_shipping_profile(given, profiles)
    if found is None:
        known = ", ".join(each.code for each in profiles) or gettext("none")
        faults.add(
            "shipping_profile",
            gettext("There is no shipping profile “%(given)s”. Choose one of: %(known)s.")
            % {"given": given, "known": known},
        )
    return found or given


def _check_hsn_code(value: Any, faults: Faults) -> str:
    """Digits only, zeros in front kept: the code of goods (HSN) or services (SAC) for invoices."""
    digits = re.sub(r"[ .-]", "", faults.code("hsn_code", value, most=20))
    if digits and not _HSN.fullmatch(digits):
        faults.add("hsn_code", gettext("An HSN or SAC code has 4, 6, 8 or 10 digits."))
    return digits


def _check_categories(given: Any, product: Product | None, faults: Faults) -> list[ObjectId]:
    """Categories that exist. A category of the product that was deleted is dropped without an error."""
    ids: dict[ObjectId, int] = {}
    for index, value in enumerate(faults.items("category_ids", given, most=MAX_CATEGORIES)):
        if ObjectId.is_valid(value):
            ids.setdefault(ObjectId(value), index)
        else:
            faults.add(f"category_ids.{index}", gettext("There is no such category."))
    if not ids:
        return []
    there = set(Category.objects.filter(pk__in=list(ids)).values_list("pk", flat=True))
    had = set(product.category_ids) if product else set()
    for category_id in ids.keys() - there - had:
        faults.add(f"category_ids.{ids[category_id]}", gettext("There is no such category."))
    return [category_id for category_id in ids if category_id in there]


def _check_skus_elsewhere(variants: list[Variant], product: Product | None, faults: Faults) -> None:
    keys = [sku_key(variant.sku) for variant in variants]
    own_pk = product.pk if product else None
    taken = skus_of_others([key for key in keys if key], own_pk)
    for index, key in enumerate(keys):
        if key in taken:
            faults.add(f"variants.{index}.sku", gettext("Another product has this SKU."))


def skus_of_others(keys: Collection[str], own_pk: Any) -> set[str]:
    """The keys that other products than `own_pk` have. At most one read."""
    if not keys:
        return set()
    found = Product.objects.filter(sku_keys__overlap=list(keys)).values_list("pk", "sku_keys")
    return {key for pk, theirs in found for key in theirs if pk != own_pk} & set(keys)


def _check_status(status: Any, variants: list[Variant], faults: Faults) -> None:
    if status not in ProductStatus.values:
        faults.add(
            "status",
            gettext("Choose one of: %(value)s.") % {"value": ", ".join(ProductStatus.values)},
        )
    elif status == ProductStatus.ACTIVE and not any(v.is_active and v.prices for v in variants):
        faults.add("status", gettext("An active product needs an active variant with a price."))


def _check_slug(
    value: Any, title: str, product: Product | None, attempt: int, faults: Faults
) -> str:
    own_pk = product.pk if product else None
    slug = faults.slug("slug", value)
    if not slug:
        return free_slug(Product, title, fallback="product", own_pk=own_pk, attempt=attempt)
    if is_slug_taken(Product, slug, own_pk=own_pk):
        faults.add("slug", gettext("Another product has this address."))
    return slug
