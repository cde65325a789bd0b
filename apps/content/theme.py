"""From a store's few choices to CSS: custom properties only, with text colours that meet WCAG AA by computation.

Contrast and luminance: WCAG 2.2, "contrast ratio" and "relative luminance".
"""

from apps.content.models import FontPair

PAPER_LIGHT, PAPER_DARK = "#ffffff", "#121416"
_TEXT, _SHAPE = 4.5, 2.0

_INTER = '"Inter Store", -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif'
_SYSTEM = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif'
_SERIF = '"Iowan Old Style", "Palatino Linotype", Palatino, "URW Palladio L", Georgia, "Liberation Serif", serif'
_HUMANIST = (
    'Seravek, "Gill Sans Nova", Ubuntu, Calibri, "DejaVu Sans", "Liberation Sans", sans-serif'
)

# body, headings, weight of headings, tracking of headings
FONTS: dict[str, tuple[str, str, int, str]] = {
    FontPair.MODERN: (_INTER, _INTER, 650, "-0.022em"),
    FontPair.CLASSIC: (_INTER, _SERIF, 500, "-0.012em"),
    FontPair.HUMANIST: (_HUMANIST, _HUMANIST, 600, "-0.01em"),
    FontPair.SYSTEM: (_SYSTEM, _SYSTEM, 650, "-0.018em"),
}


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb`, 0 for black to 1 for white."""
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in (channel / 255 for channel in _channels(colour))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """1 (the same) to 21 (black on white)."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def ink_on(background: str) -> str:
    """Black or white, whichever reads better; at least 4.58 to 1 on any colour."""
    return max(("#ffffff", "#000000"), key=lambda ink: contrast(ink, background))


def readable_on(colour: str, background: str, ratio: float = _TEXT) -> str:
    """The colour itself, or moved towards black or white just as far as `ratio` needs."""
    target = _channels(ink_on(background))
    start = _channels(colour)
    for step in range(21):
        mixed = "#" + "".join(
            f"{round(a + (b - a) * step / 20):02x}" for a, b in zip(start, target, strict=True)
        )
        if contrast(mixed, background) >= ratio:
            return mixed
    return ink_on(background)


def css_for(*, brand: str, accent: str, fonts: str, radius: int) -> str:
    """The layer `theme` of the store's pages. Every value is from a checked field or a table here."""
    body, heading, weight, tracking = FONTS[fonts]
    brand_dark = readable_on(brand, PAPER_DARK, _SHAPE)
    accent_dark = readable_on(accent, PAPER_DARK, _SHAPE)
    light = {
        "brand": brand,
        "brand-ink": ink_on(brand),
        "brand-text": readable_on(brand, PAPER_LIGHT, 5),
        "accent": accent,
        "accent-ink": ink_on(accent),
        "accent-text": readable_on(accent, PAPER_LIGHT, 5),
        "radius": f"{radius}px",
        "font-body": body,
        "font-heading": heading,
        "heading-weight": str(weight),
        "heading-tracking": tracking,
    }
    dark = {
        "brand": brand_dark,
        "brand-ink": ink_on(brand_dark),
        "brand-text": readable_on(brand, PAPER_DARK, 7),
        "accent": accent_dark,
        "accent-ink": ink_on(accent_dark),
        "accent-text": readable_on(accent, PAPER_DARK, 7),
    }
    return (
        "@layer theme {"
        f":root {{{_declarations(light)}}}"
        f"@media (prefers-color-scheme: dark) {{:root {{{_declarations(dark)}}}}}"
        "}"
    )


def _declarations(values: dict[str, str]) -> str:
    return "".join(f"--{name}:{value};" for name, value in values.items())
