"""Pictures of a product: checked, turned upright, stripped, stored in several widths."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import uuid4

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage

from apps.catalog.documents import Image, Product
from apps.catalog.errors import ImageNotFound, InvalidProduct, TooManyImages
from apps.catalog.limits import MAX_IMAGES
from apps.catalog.pictures import Picture, PictureFile, prepare_picture
from apps.catalog.services.changing import change_product
from apps.common.ids import random_token

_MAX_ALT = 200


def add_image(*, product: Product, file: File, alt: str = "") -> Image:
    """Store an upload and append it. Raises `ImageRejected` or `TooManyImages`.

    Files are written before the document: dying in between leaves files nobody refers to, never a broken picture.
    `product` shows the new picture afterwards.
    """
    _require_room(product)
    picture = prepare_picture(file)
    image = _store(picture, alt=_checked_alt(alt))
    try:
        change_product(product, lambda current: _appended(current, image))
    except Exception:
        delete_files([image])
        raise
    return image


def remove_image(*, product: Product, image_id: str) -> Product:
    """Take a picture off the product, then delete its files. Repeatable."""
    image = next((image for image in product.images if image.id == image_id), None)
    if image is None:
        return product
    changed = change_product(
        product, lambda current: [one for one in current.images if one.id != image_id]
    )
    delete_files([image])
    return changed


def arrange_images(
    *, product: Product, order: Sequence[str], alts: dict[str, str] | None = None
) -> Product:
    """Put the pictures in the order of these ids (the first is the main one) and set alternative texts.

    Pictures not named keep their order behind the named ones. Raises `ImageNotFound` for an id of no picture.
    """
    checked = {image_id: _checked_alt(alt) for image_id, alt in (alts or {}).items()}
    return change_product(product, lambda current: _arranged(current, order, checked))


def delete_files(images: Iterable[Image]) -> None:
    """Delete the files of pictures that no document shows any more. A file that is gone already is fine."""
    for image in images:
        for name in {image.file, *(entry["file"] for entry in image.renditions.values())}:
            default_storage.delete(name)


def _require_room(product: Product) -> None:
    if len(product.images) >= MAX_IMAGES:
        raise TooManyImages(f"A product has at most {MAX_IMAGES} pictures.", limit=MAX_IMAGES)


def _appended(current: Product, image: Image) -> list[Image]:
    _require_room(current)
    image.position = len(current.images)
    return [*current.images, image]


def _arranged(current: Product, order: Sequence[str], alts: dict[str, str]) -> list[Image]:
    by_id = {image.id: image for image in current.images}
    if {*order, *alts} - by_id.keys():
        raise ImageNotFound
    named = list(dict.fromkeys(order))
    arranged = [by_id[image_id] for image_id in [*named, *(i for i in by_id if i not in named)]]
    for position, image in enumerate(arranged):
        image.position = position
        image.alt = alts.get(image.id, image.alt)
    return arranged


def _store(picture: Picture, *, alt: str) -> Image:
    """Write all files under a name nobody can guess; the extension is the content's, never the upload's."""
    stem = f"products/{random_token()}"
    renditions = {
        str(width): {
            "file": _write(f"{stem}-{width}", rendition),
            "width": rendition.width,
            "height": rendition.height,
        }
        for width, rendition in picture.renditions.items()
    }
    return Image(
        id=str(uuid4()),
        file=_write(stem, picture.main),
        width=picture.main.width,
        height=picture.main.height,
        alt=alt,
        renditions=renditions,
    )


def _write(stem: str, file: PictureFile) -> str:
    return default_storage.save(f"{stem}.{file.extension}", ContentFile(file.content))


def _checked_alt(alt: str) -> str:
    if not isinstance(alt, str) or len(alt) > _MAX_ALT or "\0" in alt:
        raise InvalidProduct(fields={"alt": [f"At most {_MAX_ALT} characters."]})
    return " ".join(alt.split())
