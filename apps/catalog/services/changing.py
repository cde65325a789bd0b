"""Changes a part of a stored product; concurrent changes of other parts are kept."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from apps.catalog.documents import Image, Product, Variant
from apps.catalog.errors import ProductChanged, ProductNotFound
from apps.catalog.indexing import save_indexed
from apps.catalog.metered import count_updated
from apps.catalog.versions import bump_catalog_version
from apps.common.clock import now
from apps.platform.auditing import audited

_TRIES = 10
_LONGEST_PAUSE = 0.02


def change_product(product: Product, work_out: Callable[[Product], list[Image]]) -> Product:
    """Replace the pictures by the result of `work_out` for the stored pictures; it may run several times.

    Variants lose references to deleted pictures. The given instance shows the result, too.
    """
    current = product
    for _ in range(_TRIES):
        images = work_out(current)
        changes: dict[str, Any] = {"images": images, "updated_at": now()}
        there = {image.id for image in images}
        if any(variant.image and variant.image not in there for variant in current.variants):
            changes["variants"] = [_without_lost(variant, there) for variant in current.variants]
        changed = save_indexed(current.pk, partial(_store, product, current, changes))
        if changed is not None:
            bump_catalog_version()
            count_updated()
            product.images, product.variants = changed.images, changed.variants
            product.version = changed.version
            return changed
        time.sleep(random.uniform(0, _LONGEST_PAUSE))  # noqa: S311 (spreads the losers, decides nothing)
        current = read_again(product)
    raise ProductChanged


def _store(product: Product, current: Product, changes: dict[str, Any]) -> Product | None:
    with audited("product.pictures_changed", product):
        return Product.objects.compare_and_set(current.pk, current.version, **changes)


def _without_lost(variant: Variant, there: set[str]) -> Variant:
    if variant.image not in there:
        variant.image = ""
    return variant


def read_again(product: Product) -> Product:
    fresh = Product.objects.filter(pk=product.pk).first()
    if fresh is None:
        raise ProductNotFound
    return fresh
