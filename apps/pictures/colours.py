"""From whatever a file holds to eight bits of sRGB, so that a picture without its profile looks as it did with it."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import cache

from PIL import Image as Pillow
from PIL import ImageCms

from apps.pictures.limits import MAX_PROFILE_BYTES
from apps.pictures.measured_colours import measured_profile

# What each kind of profile can be used on, and the mode its transform reads.
_SPACES = {"RGB ": "RGB", "GRAY": "L", "CMYK": "CMYK"}
_SCREEN_GAMMA = 0.45455
_Rgb = tuple[int, int, int]


def to_srgb(
    opened: Pillow.Image, *, raw_mode: str = "", named: bytes | None = None
) -> Pillow.Image:
    """`RGB`, or `RGBA` where something shows through. The picture must be loaded.

    `raw_mode` is how the file stores its samples, as Pillow's decoder names it (`L;4`, `RGB;16B`): Pillow scales
    the samples of such a file to eight bits, but not the transparent colour, which is done here. `named` is the profile
    of colours that the file only names. In a PNG it has priority over the embedded profile, in other formats the
    embedded profile has priority. What a PNG gives in numbers (`cHRM`, `gAMA`) counts where it has neither.
    """
    profile, gamma = opened.info.get("icc_profile"), _sound(opened.info.get("gamma"))
    profile = (named or profile) if opened.format == "PNG" else (profile or named)
    has_srgb = "srgb" in opened.info
    picture = _eight_bits(opened, raw_mode)
    alpha = _alpha_of(picture)
    colours = _opaque(picture)
    if not profile and not has_srgb and colours.mode == "RGB":
        profile = measured_profile(opened.info.get("chromaticity"), gamma)
    transform = _transform(profile, colours.mode)
    if transform is not None:
        colours = transform(colours)
    elif not profile and not has_srgb and gamma:
        colours = _with_gamma(colours, gamma)
    colours = colours if colours.mode == "RGB" else colours.convert("RGB")
    if alpha is not None:
        colours.putalpha(alpha)
    return colours


def _eight_bits(opened: Pillow.Image, raw_mode: str) -> Pillow.Image:
    """16-bit grey is divided, not cut off; the transparent colour is scaled as the samples are."""
    clear = opened.info.get("transparency")
    if opened.mode.startswith("I;16"):
        picture = opened.point(lambda value: value * (1 / 257) + 0.5).convert("L")
        picture.info = dict(opened.info)
        if isinstance(clear, int):
            picture.info["transparency"] = round(clear / 257)
        return picture
    if isinstance(clear, int) and raw_mode in ("L;2", "L;4"):
        opened.info["transparency"] = clear * (85 if raw_mode == "L;2" else 17)
    elif isinstance(clear, tuple) and raw_mode.startswith("RGB;16"):
        opened.info["transparency"] = tuple(value >> 8 for value in clear)
    return opened


def _alpha_of(picture: Pillow.Image) -> Pillow.Image | None:
    """What shows through; None where nothing does."""
    if "A" not in picture.getbands() and "transparency" not in picture.info:
        return None
    alpha = picture.convert("RGBA").getchannel("A")
    return None if alpha.getextrema() == (255, 255) else alpha


def _opaque(picture: Pillow.Image) -> Pillow.Image:
    """The colours alone, in a mode that a profile can be used on: L, RGB or CMYK."""
    mode = picture.mode
    if mode in ("L", "RGB", "CMYK"):
        return picture
    if mode in ("1", "LA", "La"):
        return picture.convert("LA" if "A" in picture.getbands() else "L").convert("L")
    # by way of RGBA, so that a palette with transparency keeps the colours under it
    return picture.convert("RGBA").convert("RGB")


def _transform(profile: bytes | None, mode: str) -> Callable[[Pillow.Image], Pillow.Image] | None:
    """A function that converts the colours to sRGB; None without a valid profile."""
    if not profile or len(profile) > MAX_PROFILE_BYTES:
        return None
    try:
        given = ImageCms.getOpenProfile(io.BytesIO(profile))
        reads = _SPACES.get(given.profile.xcolor_space)
        if reads is None or (reads == "CMYK") != (mode == "CMYK") or (reads == "L" and mode != "L"):
            return None
        built = ImageCms.buildTransform(
            given,
            _srgb(),
            reads,
            "RGB",
            ImageCms.Intent.RELATIVE_COLORIMETRIC,
            ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None
    return lambda colours: built.apply(colours if colours.mode == reads else colours.convert(reads))


@cache
def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def _sound(gamma: float | None) -> float | None:
    return gamma if gamma is not None and 0.01 < gamma < 10 else None


def _with_gamma(colours: Pillow.Image, gamma: float) -> Pillow.Image:
    """A PNG that says how its samples were made lighter or darker, as browsers show it. 0.45455 is what programs write
    for sRGB, so those samples stay."""
    if colours.mode == "CMYK" or abs(gamma - _SCREEN_GAMMA) < 0.01:
        return colours
    power = _SCREEN_GAMMA / gamma
    table = [round(255 * (value / 255) ** power) for value in range(256)]
    return colours.point(table * len(colours.getbands()))
