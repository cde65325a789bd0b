"""From an upload that may be anything to clean files: checked, upright, in sRGB, without metadata, in several widths."""

from __future__ import annotations

import io
import struct
import threading
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import pillow_heif
from django.core.files.base import File
from django.utils.translation import gettext
from PIL import Image as Pillow
from PIL import ImageOps, PngImagePlugin

from apps.pictures.colours import to_srgb
from apps.pictures.errors import ImageRejected
from apps.pictures.kinds import kind_of, refusal_of
from apps.pictures.limits import (
    AT_ONCE,
    LONGEST_SIDE,
    MAX_BYTES,
    MAX_PIXELS,
    MAX_PROFILE_BYTES,
    RENDITION_WIDTHS,
)
from apps.pictures.named_colours import named_profile

pillow_heif.register_heif_opener(thumbnails=False)
# A profile is a compressed chunk as text is, and a printer's is bigger than any text.
PngImagePlugin.MAX_TEXT_CHUNK = MAX_PROFILE_BYTES

_EXTENSIONS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}
_NAMES = {"WEBP": "WebP", "HEIF": "HEIC"}
# Formats for pages; what no page shows (HEIC), or shows badly (an animation's first picture), becomes one of them.
_STORED_AS = {"JPEG": "JPEG", "PNG": "PNG", "WEBP": "WEBP", "GIF": "PNG"}
# Modes that can be made smaller before their colours are looked at, which saves most of the memory and the time.
_SCALABLE = ("L", "LA", "RGB", "RGBA", "CMYK")
_NAME_COLOURS = ("PNG", "HEIF", "AVIF")
_SMALL_PIXELS = 2_000_000
# The errors of Pillow's readers for damaged or hostile files.
_BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    IndexError,
    EOFError,
    TypeError,
    RuntimeError,
    struct.error,
    zlib.error,
    MemoryError,
)
_working = threading.BoundedSemaphore(AT_ONCE)


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


def prepare_picture(
    file: File, *, longest_side: int = LONGEST_SIDE, widths: Sequence[int] = RENDITION_WIDTHS
) -> Picture:
    """The one way in. Raises `ImageRejected` unless the content (not the name) is of a kind we take, whole, and within
    the limits. Of several pictures in a file the first is taken."""
    content = _read(file)
    kind = kind_of(content[:64])
    if kind is None:
        raise ImageRejected(refusal_of(content[:4096]))
    with _working:
        try:
            picture = _upright(content, kind, longest_side)
        except Pillow.DecompressionBombError as error:
            raise _too_many_pixels() from error
        except _BROKEN as error:
            raise ImageRejected(
                gettext(
                    "This %(kind)s can't be read: it is damaged, incomplete or of a rare kind. Save it "
                    "again as JPEG or PNG."
                )
                % {"kind": _NAMES.get(kind, kind)}
            ) from error
        return Picture(main=_main(picture, kind), renditions=_renditions(picture, widths))


def _read(file: File) -> bytes:
    file.seek(0)
    content: bytes = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise ImageRejected(
            gettext("This file is too big: a picture has at most %(value)s MB.")
            % {"value": MAX_BYTES // 1024 // 1024}
        )
    if not content:
        raise ImageRejected(gettext("The file is empty."))
    return content


def _too_many_pixels() -> ImageRejected:
    return ImageRejected(
        gettext("This picture is too large: at most %(value)s megapixels.")
        % {"value": MAX_PIXELS // 1_000_000}
    )


def _upright(content: bytes, kind: str, longest_side: int) -> Pillow.Image:
    """The pixels as they are meant to be seen, and nothing else: no EXIF, no place, no profile, no second frame."""
    with Pillow.open(io.BytesIO(content), formats=(kind,)) as opened:
        width, height = opened.size
        if width * height > MAX_PIXELS:
            raise _too_many_pixels()
        raw_mode = _raw_mode(opened)
        if kind == "JPEG":
            # a JPEG can be read at half or a quarter of its size, which saves the memory of the whole
            share = min(1, longest_side / max(width, height))
            opened.draft(None, (max(1, int(width * share)), max(1, int(height * share))))
        opened.load()
        if opened.mode in _SCALABLE and "transparency" not in opened.info:
            opened.thumbnail((longest_side, longest_side), Pillow.Resampling.LANCZOS)
        ImageOps.exif_transpose(opened, in_place=True)
        named = named_profile(content, kind) if kind in _NAME_COLOURS else None
        plain = to_srgb(opened, raw_mode=raw_mode, named=named)
    plain.info.clear()
    plain.thumbnail((longest_side, longest_side), Pillow.Resampling.LANCZOS)
    return plain


def _raw_mode(opened: Pillow.Image) -> str:
    """Known only before the picture is loaded."""
    tiles = getattr(opened, "tile", None)
    arguments = tiles[0][3] if tiles else ""
    return arguments if isinstance(arguments, str) else ""


def _main(picture: Pillow.Image, kind: str) -> PictureFile:
    see_through = picture.mode == "RGBA"
    stored_as = _STORED_AS.get(kind, "PNG" if see_through else "JPEG")
    return _encode(picture, stored_as)


def _renditions(picture: Pillow.Image, widths: Sequence[int]) -> dict[int, PictureFile]:
    made: dict[int, PictureFile] = {}
    for width in widths:
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
        picture.save(target, "JPEG", quality=88, optimize=True)
    elif kind == "PNG":
        # the last per cent of a big picture would take many seconds
        level = 6 if picture.width * picture.height <= _SMALL_PIXELS else 3
        picture.save(target, "PNG", compress_level=level)
    else:
        picture.save(target, "WEBP", quality=82, method=4)
    return PictureFile(target.getvalue(), _EXTENSIONS[kind], picture.width, picture.height)
