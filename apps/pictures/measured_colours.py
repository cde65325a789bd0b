"""Colours that a PNG gives in numbers: the chromaticities of its primaries and white (`cHRM`) and its gamma (`gAMA`).

Browsers convert such a picture, so what is stored without these chunks is converted as well. `sRGB`, `iCCP` and `cICP` go
before them (PNG, third edition, 4.3); primaries without a gamma are ignored, as browsers do.
"""

from collections.abc import Sequence
from typing import Final

from apps.pictures.profiles import WHITE, Xyz, rgb_profile

# White, red, green, blue as x and y each.
_SRGB: Final = (0.3127, 0.3290, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06)
_NO_DIFFERENCE: Final = 0.002
# From XYZ to the answers of the eye's cones, and back (Bradford).
_CONES: Final = ((0.8951, 0.2664, -0.1614), (-0.7502, 1.7135, 0.0367), (0.0389, -0.0685, 1.0296))
_Matrix = Sequence[Sequence[float]]


def measured_profile(chromaticity: object, gamma: float | None) -> bytes | None:
    """A profile of these numbers; None where one of them is missing, they are sRGB's, or they make no sense.

    `gamma` is the file's, such as 0.45455.
    """
    if gamma is None or not isinstance(chromaticity, tuple) or len(chromaticity) != len(_SRGB):
        return None
    if all(abs(a - b) < _NO_DIFFERENCE for a, b in zip(chromaticity, _SRGB, strict=True)):
        return None
    try:
        primaries = _adapted(chromaticity)
        return rgb_profile(primaries, exponent=1 / gamma)
    except (ArithmeticError, ValueError, OverflowError):
        return None


def _adapted(chromaticity: Sequence[float]) -> list[Xyz]:
    """Red, green and blue as XYZ under D50. Raises `ArithmeticError` for points that span no colours."""
    white, *points = (
        _xyz(x, y) for x, y in zip(chromaticity[::2], chromaticity[1::2], strict=True)
    )
    columns = list(zip(*points, strict=True))
    amounts = _times(_inverse(columns), white)
    given, wanted = _times(_CONES, white), _times(_CONES, WHITE)
    back = _inverse(_CONES)
    found = []
    for point, amount in zip(points, amounts, strict=True):
        cones = _times(_CONES, tuple(value * amount for value in point))
        scaled = [cone * to / by for cone, to, by in zip(cones, wanted, given, strict=True)]
        found.append(_times(back, scaled))
    if not all(-2 < value < 2 for point in found for value in point):
        raise ArithmeticError("These primaries are no colours.")
    return found


def _xyz(x: float, y: float) -> Xyz:
    return (x / y, 1.0, (1 - x - y) / y)


def _times(matrix: _Matrix, vector: Sequence[float]) -> Xyz:
    a, b, c = (sum(m * v for m, v in zip(row, vector, strict=True)) for row in matrix)
    return (a, b, c)


def _inverse(matrix: _Matrix) -> _Matrix:
    (a, b, c), (d, e, f), (g, h, i) = matrix
    size = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
    if abs(size) < 1e-9:
        raise ArithmeticError("These primaries lie on one line.")
    return (
        ((e * i - f * h) / size, (c * h - b * i) / size, (b * f - c * e) / size),
        ((f * g - d * i) / size, (a * i - c * g) / size, (c * d - a * f) / size),
        ((d * h - e * g) / size, (b * g - a * h) / size, (a * e - b * d) / size),
    )
