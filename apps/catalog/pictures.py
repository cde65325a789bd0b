"""From an upload that may be anything to clean files: checked, upright, without metadata, in several widths."""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from dataclasses import dataclass

from django.core.files.base import File
from PIL import Image as Pillow
from PIL import ImageOps

from apps.catalog.errors import ImageRejected
from apps.catalog.limits import MAX_IMAGE_BYTES, MAX_IMAGE_PIXELS

RENDITION_WIDTHS = (320, 640, 1280)
_EXTENSIONS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}
_LONGEST_SIDE = 4000
# What Pillow's readers raise for broken and for hostile files.
_BROKEN = (
    Pillow.DecompressionBombError,
    Pillow.DecompressionBombWarning,
    OSError,
    SyntaxError,
    ValueError,
    IndexError,
    EOFError,
    TypeError,
    struct.error,
    zlib.error,
    MemoryError,
)


@dataclass(frozen=True)
class PictureFile:
    """An encoded picture ready to be stored."""

    content: bytes
    extension: str
    width: int
    height: int


@dataclass(frozen=True)
class Picture:
    """The picture itself and its WebP renditions by nominal width; none is wider than the picture."""

    main: PictureFile
    renditions: dict[int, PictureFile]


def prepare_picture(file: File) -> Picture:
    """Raises `ImageRejected` unless the content (not the name) is a JPEG, PNG or WebP within the limits."""
    content = _read(file)
    with warnings.catch_warnings():
        warnings.simplefilter("error", Pillow.DecompressionBombWarning)
        try:
            kind = _check(content)
            picture = _upright(content)
        except _BROKEN as error:
            raise ImageRejected("This file is not a picture, or it is damaged.") from error
    return Picture(main=_encode(picture, kind), renditions=_renditions(picture))


def _read(file: File) -> bytes:
    file.seek(0)
    content: bytes = file.read(MAX_IMAGE_BYTES + 1)
    if len(content) > MAX_IMAGE_BYTES:
        raise ImageRejected(f"A picture has at most {MAX_IMAGE_BYTES // 1024 // 1024} MB.")
    if not content:
        raise ImageRejected("The file is empty.")
    return content


def _check(content: bytes) -> str:
    """Look at the header before anything is unpacked, then let Pillow verify the rest; answers the format."""
    with Pillow.open(io.BytesIO(content), formats=tuple(_EXTENSIONS)) as header:
        width, height = header.size
        if width * height > MAX_IMAGE_PIXELS:
            raise ImageRejected(
                f"A picture has at most {MAX_IMAGE_PIXELS // 1_000_000} megapixels."
            )
        kind = str(header.format)
        header.verify()
    return kind


def _upright(content: bytes) -> Pillow.Image:
    """The pixels as they are meant to be seen, and nothing else: no EXIF, no place, no profile, no second frame."""
    with Pillow.open(io.BytesIO(content), formats=tuple(_EXTENSIONS)) as opened:
        opened.load()
        turned = ImageOps.exif_transpose(opened)
        transparent = "A" in turned.getbands() or "transparency" in turned.info
        plain = turned.convert("RGBA" if transparent else "RGB")
    plain.info.clear()
    plain.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE), Pillow.Resampling.LANCZOS)
    return plain


def _renditions(picture: Pillow.Image) -> dict[int, PictureFile]:
    made: dict[int, PictureFile] = {}
    for width in RENDITION_WIDTHS:
        made[width] = _encode(_scaled(picture, width), "WEBP")
        if width >= picture.width:
            break
    return made


def _scaled(picture: Pillow.Image, width: int) -> Pillow.Image:
    if width >= picture.width:
        return picture
    height = max(1, round(picture.height * width / picture.width))
    return picture.resize((width, height), Pillow.Resampling.LANCZOS)


def _encode(picture: Pillow.Image, kind: str) -> PictureFile:
    target = io.BytesIO()
    if kind == "JPEG":
        picture.convert("RGB").save(target, "JPEG", quality=88, optimize=True)
    elif kind == "PNG":
        picture.save(target, "PNG", optimize=True)
    else:
        picture.save(target, "WEBP", quality=80, method=4)
    return PictureFile(target.getvalue(), _EXTENSIONS[kind], picture.width, picture.height)
