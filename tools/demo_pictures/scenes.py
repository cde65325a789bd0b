"""What stands around a thing: walls, tables, windows, mountains, and what one does with it."""

from __future__ import annotations

import random
from collections.abc import Callable

from tools.demo_pictures.art import FLOOR, SIZE, Art, dark, light
from tools.demo_pictures.motifs import leaf, star

# Wall and table, flat: what has no gradient has no artefacts.
ROOMS = (
    ("#efe5d6", "#dfcdb3"),
    ("#e2e8df", "#c9d3c4"),
    ("#f1e0d4", "#e0c4b0"),
    ("#e3e8ec", "#c8d2da"),
    ("#f4ead0", "#e4d2a4"),
    ("#ebe4ee", "#d6cadd"),
)
Prop = Callable[[Art], None]


def room(a: Art, number: int) -> None:
    """A wall with the light of a window on it, and a table."""
    wall, table = ROOMS[number % len(ROOMS)]
    a.rect(0, 0, SIZE, SIZE, wall)
    pane = light(wall, 0.42)
    for x, y in ((70, 60), (196, 92), (70, 236), (196, 268)):
        a.path(f"M{x},{y}l108,27l0,148l-108,-27Z", pane)
    a.rect(0, 590, SIZE, 210, table)
    a.rect(0, 590, SIZE, 5, dark(table, 0.10))


def hills(a: Art, number: int) -> None:
    """Outdoors: sky, three ranges, a meadow."""
    sky, far, near, grass = (
        ("#f3dfc6", "#c7b7ab", "#8d938c", "#b9b48c"),
        ("#dce7ea", "#a9bcc2", "#74908f", "#a8b48d"),
        ("#f2d9cf", "#c3a2a0", "#8a7f86", "#b7a98b"),
    )[number % 3]
    a.rect(0, 0, SIZE, SIZE, sky)
    a.oval(610, 170, 62, 62, light(sky, 0.6))
    a.path("M0,400L130,250L220,330L380,170L520,330L640,240L800,380L800,620L0,620Z", far)
    a.path("M380,170L330,220L372,232L410,214L436,234Z", light(far, 0.6))
    a.path("M0,500L120,420L260,480L420,380L590,490L700,430L800,480L800,640L0,640Z", near)
    for x, h in ((60, 120), (108, 92), (700, 130), (752, 100), (656, 84)):
        for step in range(3):
            y = 600 - h * (0.25 + 0.27 * step)
            w = h * (0.34 - 0.08 * step)
            a.path(
                f"M{x - w},{y + h * 0.25}L{x},{y - h * 0.16}L{x + w},{y + h * 0.25}Z",
                dark(near, 0.35),
            )
        a.rect(x - 4, 595, 8, 16, "#5a4636")
    a.rect(0, 606, SIZE, 194, grass)
    a.path("M0,606Q200,590 420,606T800,602L800,622L0,622Z", light(grass, 0.2))


def boards(a: Art, number: int) -> None:
    """Wooden boards, seen from above, for what lies flat."""
    tone = ("#d9c3a4", "#cbb79c", "#d6c9b5")[number % 3]
    a.rect(0, 0, SIZE, SIZE, tone)
    for x in range(0, SIZE, 134):
        a.rect(x, 0, 4, SIZE, dark(tone, 0.12))


def cup_of_tea(a: Art) -> None:
    """In front, to the right."""
    x, y = 590.0, 640.0
    a.shade(x + 6, y + 52, 120, 16)
    a.oval(x, y + 44, 138, 26, a.soft("#f4eee2"))
    a.oval(x, y + 40, 100, 17, a.soft("#e3d8c4"))
    a.path(f"M{x + 76},{y - 42}q62,-6 56,40q-8,40 -66,30", stroke="#f4eee2", stroke_width=15)
    a.path(
        f"M{x - 92},{y - 64}Q{x - 86},{y + 40} {x - 36},{y + 44}L{x + 36},{y + 44}Q{x + 86},{y + 40} {x + 92},{y - 64}Z",
        a.round("#f6f0e4"),
    )
    a.oval(x, y - 64, 92, 23, a.soft("#fffaf0"))
    a.oval(x, y - 61, 80, 17, "#a85f2a")
    a.oval(x - 20, y - 64, 36, 6, "#cf8a4c", opacity=0.8)
    for shift in (-18, 14):
        a.line(f"M{x + shift},{y - 96}q-16,-30 4,-58q18,-28 0,-56", "#ffffff", 9, opacity=0.35)


def leaves(a: Art) -> None:
    """A small heap of dry tea."""
    dots = random.Random(7)
    a.shade(600, 700, 130, 14, 0.26)
    for _ in range(150):
        x = dots.gauss(596, 52)
        y = 694 - max(0, 42 - abs(x - 596) * 0.5) * dots.random()
        leaf(
            a,
            x,
            y,
            dots.uniform(12, 22),
            dots.choice(("#4b3a28", "#5f4a2e", "#3c3a24", "#6f6a3a")),
            dots.uniform(0, 360),
        )


def spices(a: Art) -> None:
    """Sticks, stars and pods on the table."""
    for x, turn in ((560, -12), (600, 6), (584, 24)):
        a.open(transform=f"translate({x} 690) rotate({turn})")
        a.rect(-12, -90, 24, 110, a.round("#8a5330"), 11)
        a.rect(-4, -90, 5, 110, "#5e3418", 3)
        a.close()
    for x, y, r in ((680, 690, 34), (500, 716, 28), (640, 736, 24)):
        star(a, x, y, r, "#6a3b22")
        a.oval(x, y, r * 0.2, r * 0.2, "#c0874a")
    for x, y in ((540, 742), (590, 752), (720, 734), (470, 700)):
        a.oval(x, y, 20, 10, "#8fa35f", transform=f"rotate({x % 50} {x} {y})")


def sweets(a: Art) -> None:
    a.shade(600, 716, 150, 16)
    a.oval(596, 700, 152, 32, a.soft("#f4eee2"))
    a.oval(596, 696, 112, 21, "#e6dcc8")
    for x, y, c in (
        (540, 672, "#d9a441"),
        (600, 664, "#b5652f"),
        (654, 674, "#d9a441"),
        (570, 690, "#8fa35f"),
        (628, 692, "#c46a54"),
    ):
        a.oval(x, y, 34, 27, a.round(c))
        a.oval(x, y - 10, 9, 5, "#f8efdc")


def plant(a: Art) -> None:
    """Behind, to the right."""
    x = 652.0
    for turn in (-50, -24, 0, 26, 52, -70, 72):
        a.open(transform=f"rotate({turn} {x} 500)")
        leaf(a, x, 380, 150, "#6f8a5f" if turn % 4 else "#5c7850")
        a.close()
    a.shade(x + 4, 652, 90, 14)
    a.path(f"M{x - 86},496L{x + 86},496L{x + 66},640Q{x},664 {x - 66},640Z", a.round("#b9744c"))
    a.rect(x - 94, 478, 188, 34, a.round("#c07f57"), 8)


def books(a: Art) -> None:
    a.shade(620, 666, 150, 14)
    for y, w, c in ((630, 270, "#7d5a4a"), (596, 240, "#4f6660"), (566, 252, "#c6a76a")):
        a.rect(620 - w / 2, y, w, 34, a.soft(c), 5)
        a.rect(620 - w / 2 + 12, y + 6, 10, 22, light(c, 0.4))


def campfire(a: Art) -> None:
    x = 610.0
    a.shade(x, 712, 130, 16)
    for turn in (-24, 24, 0):
        a.rect(x - 100, 686, 200, 26, a.round("#6f4a30"), 12, transform=f"rotate({turn} {x} 700)")
    a.path(
        f"M{x},690C{x - 80},640 {x - 20},590 {x - 14},530C{x + 20},570 {x + 26},590 {x + 34},560C{x + 86},620 {x + 60},670 {x},690Z",
        "#ee8a34",
    )
    a.path(
        f"M{x},690C{x - 40},660 {x - 6},630 {x},590C{x + 34},630 {x + 36},664 {x},690Z", "#fbd27a"
    )


def stones(a: Art) -> None:
    for x, y, rx, ry in ((600, 700, 90, 44), (700, 716, 60, 32), (520, 726, 48, 24)):
        a.shade(x, y + ry * 0.8, rx, 12, 0.24)
        a.oval(x, y, rx, ry, a.round("#9a968e"))
        a.gleam(
            f"M{x - rx * 0.6},{y - ry * 0.3}Q{x - rx * 0.2},{y - ry * 0.8} {x + rx * 0.2},{y - ry * 0.7}",
            6,
            0.4,
        )


def rug(a: Art) -> None:
    a.path("M150,640L660,640L760,760L60,760Z", a.soft("#8a4b3a"))
    a.path("M176,654L634,654L700,742L112,742Z", "none", stroke="#e3c18a", stroke_width=6)


def nothing(a: Art) -> None:
    """The thing alone."""


# Where the thing stands when something else is in the picture: shift and size.
BESIDE = f"translate(-86 64) translate(400 {FLOOR}) scale(0.92) translate(-400 -{FLOOR})"
SCENES: dict[str, tuple[Prop, Prop, str]] = {
    "tea": (nothing, cup_of_tea, "with a cup of tea"),
    "leaves": (nothing, leaves, "with loose leaves"),
    "spices": (nothing, spices, "with whole spices"),
    "sweets": (nothing, sweets, "with sweets"),
    "plant": (plant, nothing, "beside a plant"),
    "books": (books, nothing, "beside books"),
    "fire": (nothing, campfire, "by a campfire"),
    "stones": (nothing, stones, "on stones"),
    "rug": (rug, nothing, "on a rug"),
}
