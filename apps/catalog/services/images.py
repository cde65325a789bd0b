"""Pictures of a product. Files are written before the document that shows them and deleted after it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from uuid import uuid4

from django.core.files.base import File
from django.utils.translation import gettext

from apps.catalog.documents import Image, Product
from apps.catalog.errors import ImageNotFound, InvalidProduct, TooManyImages
from apps.catalog.inputs import PicturesInput
from apps.catalog.limits import MAX_IMAGES
from apps.catalog.services.changing import change_product
from apps.common.text import NotText, clean_line
from apps.pictures import services as pictures
from apps.pictures.documents import KeptPicture
from apps.pictures.preparing import prepare_picture

FOLDER = "products"
_MAX_ALT = 200


def add_image(*, product: Product, file: File, alt: str = "") -> Image:
    """Store an upload and append it. Raises `ImageRejected` or `TooManyImages`.

    Files are written before the document: a crash in between leaves unreferenced files, never a broken picture.
    `product` shows the new picture afterwards.
    """
    _require_room(product)
    alt = checked_alt(alt)
    stored = pictures.store_picture(prepare_picture(file), folder=FOLDER)
    image = Image(
        id=str(uuid4()),
        file=stored.file,
        width=stored.width,
        height=stored.height,
        alt=alt,
        renditions=dict(stored.renditions),
    )
    try:
        change_product(product, lambda current: _appended(current, image))
    except Exception:
        delete_image_files([image])
        raise
    return image


def remove_image(*, product: Product, image_id: str) -> Product:
    """Remove a picture from the product and its variants, then delete its files unless an order shows them.
    Repeatable."""
    image = next((image for image in product.images if image.id == image_id), None)
    if image is None:
        return product
    changed = change_product(
        product, lambda current: [one for one in current.images if one.id != image_id]
    )
    delete_image_files([image])
    return changed


def arrange_images(
    *, product: Product, order: Sequence[str], alts: Mapping[str, str] | None = None
) -> Product:
    """Put the pictures in the order of these ids (the first is the main one) and set alternative texts.

    Pictures not named keep their order behind the named ones. Raises `ImageNotFound` for an id of no picture.
    """
    checked = {image_id: checked_alt(alt) for image_id, alt in (alts or {}).items()}
    return change_product(product, lambda current: _arranged(current, order, checked))


def planned_images(
    product: Product | None, wanted: PicturesInput, kept: Mapping[str, KeptPicture]
) -> list[Image]:
    """The product's pictures in the form of `wanted`. Raises `ImageNotFound` for what is neither its own nor kept."""
    own = {image.id: copy(image) for image in product.images} if product else {}
    planned = []
    for position, key in enumerate(dict.fromkeys(wanted.order)):
        image = own.get(key) or _image_of(kept.get(key))
        image.position = position
        image.alt = checked_alt(wanted.alts.get(key, image.alt))
        planned.append(image)
    if len(planned) > MAX_IMAGES:
        raise _too_many()
    return planned


def delete_image_files(images: Iterable[Image]) -> None:
    """Delete the files of pictures that no product shows any more, but for those that orders show."""
    pictures.delete_unshown(
        file for image in images for file in pictures.files_of(image.file, image.renditions)
    )


def checked_alt(alt: str) -> str:
    try:
        return clean_line(alt, most=_MAX_ALT)
    except NotText as error:
        raise InvalidProduct(fields={"alt": [str(error)]}) from error


def _image_of(kept: KeptPicture | None) -> Image:
    if kept is None:
        raise ImageNotFound
    return Image(
        id=kept.token,
        file=kept.file,
        width=kept.width,
        height=kept.height,
        renditions=dict(kept.renditions),
    )


def _too_many() -> TooManyImages:
    sentence = gettext("A product has at most %(max_images)s pictures.")
    return TooManyImages(sentence % {"max_images": MAX_IMAGES}, limit=MAX_IMAGES)


def _require_room(product: Product) -> None:
    if len(product.images) >= MAX_IMAGES:
        raise _too_many()


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
