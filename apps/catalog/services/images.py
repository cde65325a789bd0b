"""Pictures of a product: checked, turned upright, stripped, stored in several widths."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.files.base import File

from apps.catalog.documents import Image, Product


def add_image(*, product: Product, file: File, alt: str = "") -> Image:
    """Store an upload and append it. Raises `ImageRejected` or `TooManyImages`.

    Files are written before the document: dying in between leaves files nobody refers to, never a broken picture.
    """
    raise NotImplementedError


def remove_image(*, product: Product, image_id: str) -> Product:
    """Take a picture off the product, then delete its files. Repeatable."""
    raise NotImplementedError


def arrange_images(
    *, product: Product, order: Sequence[str], alts: dict[str, str] | None = None
) -> Product:
    """Put the pictures in the order of these ids (the first is the main one) and set alternative texts."""
    raise NotImplementedError
