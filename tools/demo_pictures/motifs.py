"""Patterns and labels that the drawings share."""

from __future__ import annotations

import math

from tools.demo_pictures.art import (
    BRASS,
    CREAM,
    INK,
    Art,
    dark,
    light,
    smooth,
)


def leaf(a: Art, x: float, y: float, size: float, colour: str, turn: float = 0) -> None:
    a.open(transform=f"translate({x} {y}) rotate({turn}) scale({size / 100})")
    a.path("M0,60C-46,30 -46,-30 0,-70C46,-30 46,30 0,60Z", a.soft(colour))
    a.line("M0,58L0,-48", light(colour, 0.45), 4)
    for s in (-26, 0, 26):
        a.line(f"M0,{s + 12}L20,{s - 10}M0,{s + 12}L-20,{s - 10}", light(colour, 0.45), 3)
    a.close()


def sprig(a: Art, x: float, y: float, size: float, colour: str) -> None:
    """Two leaves and a bud, as on a tea label."""
    leaf(a, x, y - size * 0.25, size * 0.72, colour)
    leaf(a, x - size * 0.34, y + size * 0.08, size * 0.58, dark(colour, 0.12), -52)
    leaf(a, x + size * 0.34, y + size * 0.08, size * 0.58, dark(colour, 0.12), 52)


def star(a: Art, x: float, y: float, r: float, colour: str, points: int = 8) -> None:
    d = ""
    for i in range(points * 2):
        angle, radius = math.pi * i / points, r if i % 2 == 0 else r * 0.42
        d += f"{'L' if d else 'M'}{x + radius * math.sin(angle):.1f},{y - radius * math.cos(angle):.1f}"
    a.path(d + "Z", colour)


def mandala(a: Art, x: float, y: float, r: float, colour: str) -> None:
    a.oval(x, y, r, r, "none", stroke=colour, stroke_width=3)
    for i in range(12):
        a.oval(x, y - r * 0.62, r * 0.13, r * 0.3, colour, transform=f"rotate({i * 30} {x} {y})")
    a.oval(x, y, r * 0.2, r * 0.2, colour)


def motif(a: Art, kind: str, x: float, y: float, size: float, colour: str) -> None:
    if kind == "star":
        star(a, x, y, size * 0.5, colour)
    elif kind == "mandala":
        mandala(a, x, y, size * 0.5, colour)
    elif kind == "flower":
        for i in range(6):
            a.oval(
                x,
                y - size * 0.27,
                size * 0.15,
                size * 0.25,
                colour,
                transform=f"rotate({i * 60} {x} {y})",
            )
        a.oval(x, y, size * 0.13, size * 0.13, BRASS)
    elif kind == "peak":
        a.path(
            f"M{x - size * 0.6},{y + size * 0.35}L{x - size * 0.12},{y - size * 0.4}L{x + size * 0.1},{y - size * 0.05}L{x + size * 0.26},{y - size * 0.25}L{x + size * 0.6},{y + size * 0.35}Z",
            colour,
        )
        a.path(
            f"M{x - size * 0.12},{y - size * 0.4}L{x - size * 0.26},{y - size * 0.18}L{x - size * 0.12},{y - size * 0.12}L{x},{y - size * 0.2}Z",
            CREAM,
        )
    elif kind == "sun":
        star(a, x, y, size * 0.55, light(colour, 0.2), 14)
        a.oval(x, y, size * 0.28, size * 0.28, colour)
    else:
        sprig(a, x, y, size, colour)


def label(
    a: Art, x: float, y: float, w: float, h: float, words: str, accent: str, kind: str
) -> None:
    a.rect(x - w / 2, y, w, h, a.soft(CREAM, 0.6), 8)
    a.rect(x - w / 2 + 7, y + 7, w - 14, h - 14, "none", 4, stroke=accent, stroke_width=2.5)
    motif(a, kind, x, y + h * 0.34, h * 0.36, accent)
    a.lines(x, y + h * 0.71, words, min(30, w / 6.4), INK, w - 36)


def outline(points: list[tuple[float, float]]) -> str:
    return smooth(points)
