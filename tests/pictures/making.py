"""Pictures as cameras, phones and programs write them, with profiles built from their published numbers."""

import io
import struct
import zlib
from collections.abc import Sequence
from typing import Any

from django.core.files.base import ContentFile
from PIL import Image

# Primaries adapted to D50, as in the profiles themselves.
ADOBE_RGB = (
    (0.60974, 0.31111, 0.01947),
    (0.20528, 0.62567, 0.06087),
    (0.14919, 0.06322, 0.74457),
)
DISPLAY_P3 = (
    (0.51512, 0.24120, -0.00105),
    (0.29198, 0.69225, 0.04189),
    (0.15710, 0.06657, 0.78407),
)

# As a PNG gives them: white, red, green, blue, as x and y each.
SRGB_POINTS = (0.3127, 0.3290, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06)
ADOBE_POINTS = (0.3127, 0.3290, 0.64, 0.33, 0.21, 0.71, 0.15, 0.06)
P3_POINTS = (0.3127, 0.3290, 0.68, 0.32, 0.265, 0.69, 0.15, 0.06)
PROPHOTO_POINTS = (0.3457, 0.3585, 0.7347, 0.2653, 0.1596, 0.8404, 0.0366, 0.0001)
PAPER_POINTS = (0.3457, 0.3585, *SRGB_POINTS[2:])
# Points and gamma of a file, and how browsers show two colours in it (`tests/browser/test_picture_colours.py`).
MEASURED_COLOURS = ((60, 200, 60), (180, 120, 100))
MEASURED = (
    (ADOBE_POINTS, 0.45455, (0, 201, 37), (199, 121, 99)),
    (P3_POINTS, 0.45455, (0, 205, 0), (192, 117, 96)),
    (PROPHOTO_POINTS, 0.55556, (0, 228, 0), (236, 122, 115)),
    (PAPER_POINTS, 0.45455, (0, 201, 68), (187, 121, 102)),
    (SRGB_POINTS, 0.45455, (60, 200, 60), (180, 120, 100)),
    (SRGB_POINTS, 1.0, (133, 229, 133), (219, 183, 168)),
    (ADOBE_POINTS, 1.0, (35, 229, 127), (231, 183, 167)),
    (ADOBE_POINTS, None, (60, 200, 60), (180, 120, 100)),
    ((), 1.0, (133, 229, 133), (219, 183, 168)),
)


def encoded(image: Image.Image, kind: str, **options: Any) -> ContentFile:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return ContentFile(buffer.getvalue(), name=f"photo.{kind.lower()}")


def plain(width: int = 60, height: int = 40, colour: Any = (60, 200, 60), mode: str = "RGB") -> Any:
    return Image.new(mode, (width, height), colour)


def png(
    width: int, height: int, depth: int, colour_type: int, rows: bytes, **chunks: bytes
) -> ContentFile:
    """A PNG that Pillow would not write: 16 bits, transparent colours, gamma. `rows` begin with their filter byte."""
    head = struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, 0)
    parts = [("IHDR", head), *chunks.items(), ("IDAT", zlib.compress(rows)), ("IEND", b"")]
    content = b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name.encode(), body) for name, body in parts)
    return ContentFile(content, name="photo.png")


def measured_png(
    colour: tuple[int, int, int], points: Sequence[float], gamma: float | None
) -> ContentFile:
    """Four pixels of one colour, with white, red, green and blue as x and y, and a gamma: chunks `cHRM` and `gAMA`."""
    chunks = {"gAMA": struct.pack(">I", round(gamma * 100_000))} if gamma else {}
    if points:
        chunks["cHRM"] = struct.pack(">8I", *(round(value * 100_000) for value in points))
    return png(2, 2, 8, 2, (b"\0" + bytes(colour) * 2) * 2, **chunks)


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def rgb_profile(primaries: Any, *, gamma: float = 2.19921875) -> bytes:
    """A matrix profile (ICC.1:2001, 6.3.1)."""
    curve = struct.pack(">4sIIH", b"curv", 0, 1, round(gamma * 256)) + b"\0\0"
    tags = {f"{name}XYZ": _xyz(values) for name, values in zip("rgb", primaries, strict=True)}
    return _profile(b"mntr", b"RGB ", b"XYZ ", {**tags, **{f"{n}TRC": curve for n in "rgb"}})


def grey_profile(gamma: float) -> bytes:
    curve = struct.pack(">4sIIH", b"curv", 0, 1, round(gamma * 256)) + b"\0\0"
    return _profile(b"mntr", b"GRAY", b"XYZ ", {"kTRC": curve})


def cmyk_profile() -> bytes:
    """A printer whose inks all make one olive green (Lab 50, -20, 40) on white paper."""
    ends = bytes(range(256))
    paper, ink = (255, 128, 128), (128, 108, 168)
    grid = b"".join(bytes(paper if not any(corner) else ink) for corner in _corners())
    matrix = struct.pack(">9i", *(65536 if place % 4 == 0 else 0 for place in range(9)))
    head = struct.pack(">4sIBBBB", b"mft1", 0, 4, 3, 2, 0)
    return _profile(b"prtr", b"CMYK", b"Lab ", {"A2B0": head + matrix + ends * 4 + grid + ends * 3})


def _corners() -> list[tuple[int, ...]]:
    return [tuple((number >> place) & 1 for place in (3, 2, 1, 0)) for number in range(16)]


def _xyz(values: Any) -> bytes:
    return struct.pack(">4sI3i", b"XYZ ", 0, *(round(value * 65536) for value in values))


def _profile(kind: bytes, space: bytes, connection: bytes, tags: dict[str, bytes]) -> bytes:
    tags = {"wtpt": _xyz((0.9642, 1.0, 0.8249)), **tags}
    place = 128 + 4 + 12 * len(tags)
    table, bodies = struct.pack(">I", len(tags)), b""
    for name, body in tags.items():
        body += b"\0" * (-len(body) % 4)
        table += struct.pack(">4sII", name.encode(), place + len(bodies), len(body))
        bodies += body
    size = place + len(bodies)
    head = struct.pack(
        ">I4sI4s4s4s6H4s4sIIIQI3i", size, b"lcms", 0x02400000, kind, space, connection,
        2024, 1, 1, 0, 0, 0, b"acsp", b"APPL", 0, 0, 0, 0, 0,
        *(round(value * 65536) for value in (0.9642, 1.0, 0.8249)),
    )  # fmt: skip
    return head.ljust(128, b"\0") + table + bodies
