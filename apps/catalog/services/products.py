"""Products: checked as a whole, written as a whole, in one write guarded by `version`."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import Any

from bson import ObjectId
from django.db import IntegrityError
from django.utils.translation import gettext

from apps.catalog.checking import check_product, skus_of_others
from apps.catalog.documents import Image, Product
from apps.catalog.errors import ProductChanged, TakenMeanwhile
from apps.catalog.indexing import delete_indexed, save_indexed
from apps.catalog.inputs import PicturesInput, ProductInput
from apps.catalog.metered import count_created, count_deleted, count_updated
from apps.catalog.selectors.products import count_products
from apps.catalog.services.changing import read_again
from apps.catalog.services.images import delete_image_files, planned_images
from apps.catalog.slugs import SLUG_TRIES
from apps.catalog.versions import bump_catalog_version
from apps.common.clock import now
from apps.common.errors import DomainError
from apps.inventory import services as inventory
from apps.pictures.services import put_back, take_kept
from apps.platform import services as platform
from apps.platform.auditing import audited, facts_of, note
from apps.platform.models import LimitName
from apps.tenancy.context import current_store
from apps.tenancy.documents.errors import violated_constraint


def save_product(
    *,
    data: ProductInput,
    product: Product | None = None,
    expected_version: int | None = None,
    pictures: PicturesInput | None = None,
) -> Product:
    """Create or replace a product. Raises `InvalidProduct` with a path for every wrong value (`variants.2.sku`).

    `expected_version` is the version that the editor saw, by default that of the given product. If the stored version
    differs, raises `ProductChanged` and writes nothing. Pictures stay as they are unless `pictures` says otherwise;
    then they change in the same write, and a kept upload stays kept when the write is refused. Returns the stored
    product.
    """
    if pictures is None:
        return _save(data, product, expected_version)
    had = list(product.images) if product else []
    own = {image.id for image in had}
    taken = take_kept([key for key in pictures.order if key not in own])
    try:
        images = planned_images(product, pictures, taken)
        saved = _save(data, product, expected_version, images=images)
    except DomainError:  # refused; after any other error the product may hold the pictures already
        put_back(taken.values())
        raise
    there = {image.id for image in images}
    delete_image_files(image for image in had if image.id not in there)
    return saved


def _save(
    data: ProductInput,
    product: Product | None,
    expected_version: int | None,
    *,
    images: list[Image] | None = None,
) -> Product:
    image_ids = None if images is None else [image.id for image in images]
    for attempt in range(SLUG_TRIES):
        values = check_product(data, product, image_ids=image_ids, attempt=attempt)
        if images is not None:
            values["images"] = images
        try:
            with _room_for(product):
                saved = _write(values, product, expected_version)
        except IntegrityError as error:
            slug_was_ours = not data.slug and violated_constraint(error) == "product_slug"
            if slug_was_ours and attempt < SLUG_TRIES - 1:
                continue  # another new product took the slug we had found free: find the next
            raise _taken_meanwhile(error, values) from error
        bump_catalog_version()
        count_created() if product is None else count_updated()
        return saved
    raise AssertionError("unreachable")


def set_product_status(*, product: Product, status: str) -> Product:
    """Publish, hide or archive a product. Publishing needs a variant with a price. Repeatable."""
    if product.status == status:
        return product
    return save_product(data=replace(ProductInput.of(product), status=status), product=product)


def delete_product(*, product: Product) -> None:
    """Delete the product, then its picture files. Orders keep what they copied. Repeatable."""
    deleted = delete_indexed(product.pk, lambda: Product.objects.filter(pk=product.pk).delete()[0])
    bump_catalog_version()
    if deleted:
        note("product.deleted", product, before=facts_of(product))
        count_deleted()
        inventory.forget_bundles(variant_refs=product.variant_refs)
    delete_image_files(product.images)


def _write(
    values: dict[str, Any], product: Product | None, expected_version: int | None
) -> Product:
    key = ObjectId() if product is None else product.pk
    saved = save_indexed(key, lambda: _store(key, values, product, expected_version))
    if saved is None:
        assert product is not None, "a new product is always written"
        read_again(product)  # gone altogether: `ProductNotFound`
        raise ProductChanged
    gone = [] if product is None else sorted(set(product.variant_refs) - set(saved.variant_refs))
    if gone:
        inventory.forget_bundles(variant_refs=gone)
    return saved


def _room_for(product: Product | None) -> AbstractContextManager[None]:
    """A new product needs room in the store's plan; a change of one does not."""
    if product is not None:
        return nullcontext()
    return platform.room_for(current_store().id, LimitName.PRODUCTS, count=count_products)


def _store(
    key: ObjectId, values: dict[str, Any], product: Product | None, expected_version: int | None
) -> Product | None:
    """One write; None when the product has another version by now."""
    moment = now()
    if product is None:
        created = Product.objects.create(pk=key, **values, created_at=moment, updated_at=moment)
        note("product.created", created, after=facts_of(created))
        return created
    version = product.version if expected_version is None else expected_version
    with audited("product.changed", product):
        return Product.objects.compare_and_set(key, version, **values, updated_at=moment)


def _taken_meanwhile(error: IntegrityError, values: dict[str, Any]) -> TakenMeanwhile:
    if violated_constraint(error) == "product_slug":
        return TakenMeanwhile(fields={"slug": [gettext("Another product has this address.")]})
    taken = skus_of_others(values["sku_keys"], None)
    fields = {
        f"variants.{index}.sku": [gettext("Another product has this SKU.")]
        for index, key in enumerate(values["sku_keys"])
        if key in taken
    }
    return TakenMeanwhile(
        fields=fields or {"variants": [gettext("Another product has one of the SKUs.")]}
    )
