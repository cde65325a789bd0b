"""Colours that a file names by a number (ITU-T H.273) in place of a profile: PNG in `cICP`, HEIC and AVIF in `colr`.

Phones write Display P3 that way. What is not a wide space of eight bits (HDR by PQ or HLG) is shown as sRGB.
"""

import struct
from functools import cache
from typing import Final

from apps.pictures.profiles import rgb_profile

_P3, _BT2020 = 12, 9
_SRGB_CURVES: Final = frozenset({1, 6, 13, 14, 15})
# Red, green and blue as XYZ, adapted to D50 as profiles have them.
_PRIMARIES: Final = {
    _P3: (
        (0.51512, 0.24120, -0.00105),
        (0.29198, 0.69225, 0.04189),
        (0.15710, 0.06657, 0.78407),
    ),
    _BT2020: (
        (0.67348, 0.27904, -0.00194),
        (0.16566, 0.67535, 0.02998),
        (0.12505, 0.04561, 0.79686),
    ),
}
_BOX = b"colrnclx"
_SEARCHED = 65_536


def named_profile(content: bytes, kind: str) -> bytes | None:
    """A profile of the named colours; None where the file names none, or sRGB's own."""
    found = _in_png(content) if kind == "PNG" else _in_boxes(content)
    if found is None:
        return None
    primaries, curve = found
    known = primaries in _PRIMARIES and curve in _SRGB_CURVES
    return _profile(primaries) if known else None


def _in_png(content: bytes) -> tuple[int, int] | None:
    place = content.find(b"cICP", 8, max(content.find(b"IDAT"), 0))
    found = content[place + 4 : place + 6] if place > 0 else b""
    return (found[0], found[1]) if len(found) == 2 else None


def _in_boxes(content: bytes) -> tuple[int, int] | None:
    place = content.find(_BOX, 0, _SEARCHED)
    found = content[place + len(_BOX) : place + len(_BOX) + 4] if place > 0 else b""
    return struct.unpack(">HH", found) if len(found) == 4 else None


@cache
def _profile(primaries: int) -> bytes:
    return rgb_profile(_PRIMARIES[primaries])
