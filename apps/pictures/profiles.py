"""The smallest ICC profiles: three primaries, a white and one curve (ICC.1:2022, 8.3)."""

import struct
from collections.abc import Sequence
from typing import Final

Xyz = tuple[float, float, float]

# The white of every profile, D50.
WHITE: Final[Xyz] = (0.9642, 1.0, 0.8249)
# Of the sRGB curve: exponent, scale and shift above the limit, slope below it, the limit.
_SRGB_CURVE: Final = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)


def rgb_profile(primaries: Sequence[Xyz], *, exponent: float | None = None) -> bytes:
    """`primaries` are red, green and blue as XYZ, adapted to D50. Without an exponent the curve is sRGB's."""
    kind, curve = (3, _SRGB_CURVE) if exponent is None else (0, (exponent,))
    body = struct.pack(">4sIHH", b"para", 0, kind, 0) + _fixed(curve)
    tags = {b"wtpt": _xyz(WHITE)}
    for colour, values in zip(b"rgb", primaries, strict=True):
        tags[bytes([colour]) + b"XYZ"] = _xyz(values)
        tags[bytes([colour]) + b"TRC"] = body
    return _with_head(tags)


def _with_head(tags: dict[bytes, bytes]) -> bytes:
    place = 128 + 4 + 12 * len(tags)
    table, bodies = struct.pack(">I", len(tags)), b""
    for name, body in tags.items():
        table += struct.pack(">4sII", name, place + len(bodies), len(body))
        bodies += body
    head = struct.pack(
        ">I4sI4s4s4s6H4s4sIIIQI", place + len(bodies), b"lcms", 0x04000000, b"mntr", b"RGB ", b"XYZ ",
        2024, 1, 1, 0, 0, 0, b"acsp", b"APPL", 0, 0, 0, 0, 0,
    )  # fmt: skip
    return (head + _fixed(WHITE)).ljust(128, b"\0") + table + bodies


def _xyz(values: Xyz) -> bytes:
    return struct.pack(">4sI", b"XYZ ", 0) + _fixed(values)


def _fixed(values: Sequence[float]) -> bytes:
    return struct.pack(f">{len(values)}i", *(round(value * 65_536) for value in values))
