"""What a file is by its content, never by its name, and the sentence for one that can't be used."""

from __future__ import annotations

import re

from django.utils.translation import gettext, gettext_noop

TAKEN = gettext_noop("JPEG, PNG, WebP, GIF, HEIC and AVIF")
# For `<input accept>`. The extensions are for browsers that do not know the type of a phone's HEIC.
ACCEPT = (
    "image/jpeg,image/png,image/webp,image/gif,image/heic,image/heif,image/avif,.heic,.heif,.avif"
)
_AS_PNG = gettext_noop("{kind} can't be used: save it as PNG.")
_AS_JPEG = gettext_noop("{kind} can't be used: save it as JPEG or PNG.")
_VIDEO = gettext_noop("{kind} is a video. Take a still from it and save it as JPEG or PNG.")
_HEADS: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF", "PDF", "{kind} can't be used: save the page as PNG or JPEG."),
    (b"II*\0", gettext_noop("TIFF or a camera's raw file"), _AS_JPEG),
    (b"MM\0*", gettext_noop("TIFF or a camera's raw file"), _AS_JPEG),
    (b"II+\0", "TIFF", _AS_JPEG),
    (b"MM\0+", "TIFF", _AS_JPEG),
    (b"IIU\0", gettext_noop("A camera's raw file"), _AS_JPEG),
    (b"IIRO", gettext_noop("A camera's raw file"), _AS_JPEG),
    (b"FUJIFILMCCD-RAW", gettext_noop("A camera's raw file"), _AS_JPEG),
    (b"BM", "BMP", _AS_PNG),
    (b"8BPS", gettext_noop("A Photoshop file"), _AS_PNG),
    (b"%!PS", "PostScript", _AS_PNG),
    (b"\xc5\xd0\xd3\xc6", "PostScript", _AS_PNG),
    (b"\0\0\1\0", "ICO", _AS_PNG),
    (b"icns", "ICNS", _AS_PNG),
    (b"gimp xcf", gettext_noop("A GIMP file"), _AS_PNG),
    (b"\xff\x0a", "JPEG XL", _AS_JPEG),
    (b"\0\0\0\x0cJXL ", "JPEG XL", _AS_JPEG),
    (b"\0\0\0\x0cjP  ", "JPEG 2000", _AS_JPEG),
    (b"\xff\x4f\xff\x51", "JPEG 2000", _AS_JPEG),
    (b"\x1aE\xdf\xa3", gettext_noop("This"), _VIDEO),
    (
        b"PK\3\4",
        gettext_noop("A ZIP or office file"),
        gettext_noop("{kind} can't be used: take the picture out of it first."),
    ),
)
_MARKUP = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<", re.ASCII)
_HEIF = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"mif2"}
_AVIF = {b"avif", b"avis"}


def kind_of(head: bytes) -> str | None:
    """The Pillow format whose reader may open the file; None for everything that is not taken."""
    if head.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "GIF"
    brands = _brands(head)
    if brands & _AVIF:
        return "AVIF"
    return "HEIF" if brands & _HEIF else None


def refusal_of(head: bytes) -> str:
    """One or two sentences: the kind of the file, if known, and the accepted kinds."""
    for start, kind, sentence in _HEADS:
        if head.startswith(start):
            return gettext(sentence).format(kind=gettext(kind))
    if _MARKUP.match(head):
        is_svg = b"<svg" in head.lower()
        if is_svg:
            return gettext(_AS_PNG).format(kind="SVG")
        return gettext("This is a web page, not a picture. %(use)s") % {"use": _use()}
    if _brands(head):
        return gettext(_VIDEO).format(kind=gettext("This"))
    return gettext("This file is not a picture. %(use)s") % {"use": _use()}


def _use() -> str:
    return gettext("%(kinds)s can be used.") % {"kinds": gettext(TAKEN)}


def _brands(head: bytes) -> set[bytes]:
    """The brands of an ISO media file: the major one and those it is compatible with."""
    if head[4:8] != b"ftyp":
        return set()
    end = min(int.from_bytes(head[:4], "big"), len(head))
    others = {head[place : place + 4] for place in range(16, end, 4)}
    return {head[8:12], *others}
