"""SVG in a few verbs. Light falls from the upper left; a thing stands on a table at `FLOOR`, in a picture of 800 x 800."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

SIZE = 800
FLOOR = 660.0
INK, CREAM, WOOD, STEEL, BRASS = "#2b2622", "#f7efe0", "#a9744a", "#aeb4b8", "#c99a3f"
Point = tuple[float, float]


def mix(one: str, other: str, share: float) -> str:
    """`share` of `other` in `one`, 0 to 1."""
    pairs = [(int(one[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def light(colour: str, share: float) -> str:
    return mix(colour, "#fff6e6", share)


def dark(colour: str, share: float) -> str:
    return mix(colour, "#1d140e", share)


class Art:
    """A picture in the making. Shapes lie on top of each other in the order of the calls."""

    def __init__(self) -> None:
        self.defs: list[str] = []
        self.parts: list[str] = []

    # -- paint

    def gradient(self, stops: Sequence[tuple[float, str]], *, down: bool = False) -> str:
        name = f"g{len(self.defs)}"
        end = 'x2="0" y2="1"' if down else 'x2="1" y2="0"'
        inner = "".join(f'<stop offset="{at}" stop-color="{c}"/>' for at, c in stops)
        self.defs.append(
            f'<linearGradient id="{name}" x1="0" y1="0" {end}>{inner}</linearGradient>'
        )
        return f"url(#{name})"

    def round(self, colour: str, depth: float = 1.0) -> str:
        """Paint for something round: light on the left third, shade on the right."""
        return self.gradient(
            [
                (0, dark(colour, 0.10 * depth)),
                (0.26, light(colour, 0.26 * depth)),
                (0.55, colour),
                (1, dark(colour, 0.34 * depth)),
            ]
        )

    def soft(self, colour: str, depth: float = 1.0) -> str:
        """Paint for something flat: a little lighter on top."""
        return self.gradient(
            [(0, light(colour, 0.14 * depth)), (1, dark(colour, 0.14 * depth))], down=True
        )

    # -- shapes

    def path(self, d: str, fill: str = "none", **attributes: object) -> None:
        self.add("path", d=d, fill=fill, **attributes)

    def rect(
        self, x: float, y: float, w: float, h: float, fill: str, r: float = 0, **more: object
    ) -> None:
        self.add("rect", x=x, y=y, width=w, height=h, rx=r, fill=fill, **more)

    def oval(self, x: float, y: float, rx: float, ry: float, fill: str, **more: object) -> None:
        self.add("ellipse", cx=x, cy=y, rx=rx, ry=ry, fill=fill, **more)

    def line(self, d: str, colour: str, width: float, **more: object) -> None:
        self.add(
            "path",
            d=d,
            fill="none",
            stroke=colour,
            stroke_width=width,
            stroke_linecap="round",
            stroke_linejoin="round",
            **more,
        )

    def poly(self, points: Sequence[Point], fill: str, **more: object) -> None:
        self.add("polygon", points=" ".join(f"{x},{y}" for x, y in points), fill=fill, **more)

    def text(
        self, x: float, y: float, words: str, size: float, colour: str, **more: object
    ) -> None:
        family = "'Noto Serif Display','Noto Serif Devanagari','Noto Serif Malayalam',serif"
        given = " ".join(f'{name.replace("_", "-")}="{value}"' for name, value in more.items())
        self.parts.append(
            f'<text x="{x}" y="{y}" font-size="{size}" fill="{colour}" text-anchor="middle" '
            f'font-family="{family}" font-weight="600" {given}>{escape(words)}</text>'
        )

    def lines(
        self, x: float, y: float, words: str, size: float, colour: str, width: float
    ) -> float:
        """Words broken to `width`, the first line's middle at `y`; answers where the next line would be."""
        rows: list[str] = [""]
        for word in words.split():
            longer = f"{rows[-1]} {word}".strip()
            if rows[-1] and len(longer) * size * 0.52 > width:
                rows.append(word)
            else:
                rows[-1] = longer
        for row in rows:
            fitted = min(size, width / (max(len(row), 1) * 0.52))
            self.text(x, y, row, fitted, colour)
            y += size * 1.12
        return y

    def shade(self, x: float, y: float, rx: float, ry: float, strength: float = 0.34) -> None:
        """The shadow on the table."""
        self.oval(x + rx * 0.12, y, rx, ry, "#2a1a10", opacity=strength, filter="url(#blur)")

    def gleam(self, d: str, width: float = 12, strength: float = 0.4) -> None:
        self.line(d, "#fffaf0", width, opacity=strength)

    # -- structure

    def open(self, **attributes: object) -> None:
        given = " ".join(
            f'{name.replace("_", "-")}="{value}"' for name, value in attributes.items()
        )
        self.parts.append(f"<g {given}>")

    def close(self) -> None:
        self.parts.append("</g>")

    def clip(self, d: str) -> str:
        name = f"c{len(self.defs)}"
        self.defs.append(f'<clipPath id="{name}"><path d="{d}"/></clipPath>')
        return f"url(#{name})"

    def add(self, tag: str, **attributes: object) -> None:
        given = " ".join(
            f'{name.replace("_", "-")}="{value}"' for name, value in attributes.items()
        )
        self.parts.append(f"<{tag} {given}/>")

    def svg(self, view: tuple[float, float, float] = (0, 0, SIZE)) -> str:
        """The whole picture, or the square of it that begins at `view[:2]` and is `view[2]` wide."""
        x, y, side = view
        blur = '<filter id="blur" x="-50%" y="-150%" width="200%" height="400%"><feGaussianBlur stdDeviation="13"/></filter>'
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{SIZE}" height="{SIZE}" '
            f'viewBox="{x} {y} {side} {side}"><defs>{blur}{"".join(self.defs)}</defs>'
            f"{''.join(self.parts)}</svg>"
        )


def smooth(points: Sequence[Point], *, closed: bool = True) -> str:
    """A soft outline through the points (Catmull-Rom as Bézier curves)."""
    count = len(points)
    at = (lambda i: points[i % count]) if closed else (lambda i: points[max(0, min(i, count - 1))])
    d = f"M{points[0][0]},{points[0][1]}"
    for i in range(count if closed else count - 1):
        (x0, y0), (x1, y1), (x2, y2), (x3, y3) = (at(i + k) for k in (-1, 0, 1, 2))
        d += (
            f"C{x1 + (x2 - x0) / 6:.1f},{y1 + (y2 - y0) / 6:.1f} "
            f"{x2 - (x3 - x1) / 6:.1f},{y2 - (y3 - y1) / 6:.1f} {x2:.1f},{y2:.1f}"
        )
    return d + ("Z" if closed else "")


def turned(profile: Sequence[Point], middle: float = 400) -> str:
    """The outline of something turned on a wheel: half widths at heights, from top to bottom."""
    right = [(middle + w, y) for w, y in profile]
    left = [(middle - w, y) for w, y in reversed(profile)]
    return smooth(right, closed=False) + "L" + smooth(left, closed=False)[1:] + "Z"
