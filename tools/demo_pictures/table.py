"""Things for table and kitchen. Each function draws one thing in a main colour and an accent; `words` go on its label."""

from __future__ import annotations

import math

from tools.demo_pictures.art import (
    BRASS,
    FLOOR,
    STEEL,
    Art,
    dark,
    light,
    mix,
    turned,
)
from tools.demo_pictures.motifs import leaf, mandala, motif


def kulhad(a: Art, main: str, accent: str, words: str = "", kind: str = "") -> None:
    a.shade(410, FLOOR, 140, 18)
    a.path(turned([(150, 330), (142, 420), (122, 520), (104, 610), (98, 656)]), a.round(main))
    for y, w in ((380, 147), (402, 144)):
        a.line(f"M{400 - w},{y}Q400,{y + 44} {400 + w},{y}", accent, 7)
    for i in range(9):
        a.oval(400 + (i - 4) * 27, 470 + 18 * math.cos((i - 4) / 3), 7, 11, accent, opacity=0.9)
    a.oval(400, 330, 150, 38, a.soft(light(main, 0.16)))
    a.oval(400, 333, 132, 30, dark(main, 0.42))
    a.oval(400, 342, 124, 23, "#b9783f")
    a.oval(372, 338, 52, 9, "#d39a62", opacity=0.8)


def mug(a: Art, main: str, accent: str, words: str = "", kind: str = "") -> None:
    a.shade(420, FLOOR, 160, 19)
    a.path(
        "M520,380Q640,366 640,470Q640,580 512,572",
        stroke=a.round(dark(main, 0.06)),
        stroke_width=34,
    )
    a.path("M254,330L262,600Q266,664 330,668L470,668Q534,664 538,600L546,330Z", a.round(main))
    a.path(
        "M257,430L262,600Q266,664 330,668L470,668Q534,664 538,600L543,430Q400,476 257,430Z",
        a.round(accent, 0.8),
    )
    a.line("M256,430Q400,476 544,430", light(accent, 0.5), 6)
    a.oval(400, 330, 146, 36, a.soft(light(main, 0.2)))
    a.oval(400, 333, 128, 28, dark(main, 0.45))
    a.oval(400, 341, 120, 21, "#8a5730")
    a.gleam("M290,380L296,600", 12, 0.42)


def tumbler(a: Art, main: str, accent: str, words: str = "", kind: str = "") -> None:
    for x, tone in ((500, dark(main, 0.08)), (310, main)):
        a.shade(x + 6, FLOOR, 104, 15)
        a.path(f"M{x - 92},400L{x - 84},630Q{x},672 {x + 84},630L{x + 92},400Z", a.round(tone))
        for i in range(-3, 4):
            a.line(f"M{x + i * 26},436L{x + i * 24},640", dark(tone, 0.16), 3, opacity=0.6)
        a.path(f"M{x - 92},400L{x - 90},446Q{x},482 {x + 90},446L{x + 92},400Z", a.round(accent))
        a.oval(x, 400, 92, 24, a.soft(light(tone, 0.2)))
        a.oval(x, 403, 78, 17, dark(tone, 0.5))


def glasses(a: Art, main: str, accent: str, words: str = "", kind: str = "") -> None:
    """Ribbed tea glasses in a wire carrier."""
    a.shade(404, FLOOR + 6, 220, 20)
    a.line(
        "M190,560L610,560M400,560L400,250M352,250Q400,190 448,250Q400,300 352,250",
        dark(STEEL, 0.35),
        9,
    )
    for x in (256, 400, 544):
        glass = f"M{x - 62},390L{x - 50},640Q{x},664 {x + 50},640L{x + 62},390Z"
        a.path(glass, "#f4f4ee", opacity=0.75)
        a.path(
            f"M{x - 60},432L{x - 50},640Q{x},664 {x + 50},640L{x + 60},432Q{x},454 {x - 60},432Z",
            a.round(main),
        )
        a.oval(x, 432, 60, 13, light(main, 0.28))
        for i in (-2, -1, 0, 1, 2):
            a.line(f"M{x + i * 22},470L{x + i * 19},644", light(main, 0.4), 4, opacity=0.4)
        a.oval(x, 390, 62, 15, "none", stroke="#ffffff", stroke_width=5)
        a.gleam(f"M{x - 44},420L{x - 36},620", 7, 0.6)
    a.line("M184,600Q400,640 616,600M184,600L184,520M616,600L616,520", dark(STEEL, 0.3), 9)


def kettle(a: Art, main: str, accent: str, words: str = "", kind: str = "") -> None:
    """A round pot with spout, lid and a cane handle; painted with flowers in the accent."""
    a.shade(410, FLOOR, 210, 21)
    a.path("M566,430Q640,420 672,330Q690,318 706,330Q690,470 560,540Z", a.round(dark(main, 0.05)))
    a.line("M262,330Q250,140 400,132Q550,140 538,330", a.round("#b98a52"), 22)
    for x, y in ((262, 240), (300, 172), (360, 138), (440, 138), (500, 172), (538, 240)):
        a.oval(x, y, 13, 13, dark("#b98a52", 0.25))
    a.path(turned([(120, 322), (196, 400), (212, 500), (178, 600), (120, 656)]), a.round(main))
    for i in range(5):
        x, y = 400 + (i - 2) * 78, 500 - abs(i - 2) * 4
        motif(a, "flower", x, y, 62 - abs(i - 2) * 8, accent)
        if i < 4:
            leaf(a, x + 39, y + 26, 22, mix(accent, "#5f8a5a", 0.6), 40)
    for y, w in ((420, 202), (592, 184)):
        a.line(f"M{400 - w},{y}Q400,{y + 54} {400 + w},{y}", accent, 6)
    a.path("M276,322Q400,254 524,322Q400,366 276,322Z", a.round(light(main, 0.08)))
    a.oval(400, 276, 24, 20, a.round(accent))
    a.gleam("M236,440Q226,520 262,590", 13, 0.4)


def teapot(a: Art, main: str, accent: str, words: str = "", kind: str = "") -> None:
    a.shade(410, FLOOR, 220, 21)
    a.path("M570,420Q660,430 690,336L720,346Q706,520 560,560Z", a.round(dark(main, 0.05)))
    a.path(
        "M226,400Q120,380 124,480Q130,590 246,566", stroke=a.round(dark(main, 0.1)), stroke_width=30
    )
    a.path(turned([(136, 336), (204, 410), (208, 520), (172, 620), (128, 658)]), a.round(main))
    a.path(
        "M194,500Q400,560 606,500L604,548Q580,610 528,652L272,652Q220,610 196,548Z",
        a.round(accent, 0.8),
        opacity=0.95,
    )
    a.path("M264,336Q400,280 536,336Q400,376 264,336Z", a.round(light(main, 0.1)))
    a.oval(400, 292, 30, 24, a.round(dark(main, 0.15)))
    a.gleam("M246,420Q232,480 246,520", 13, 0.42)


def handi(a: Art, main: str, accent: str, words: str = "", kind: str = "") -> None:
    """A low round pot with a lid, burnished; two cane-bound ears."""
    a.shade(408, FLOOR, 230, 22)
    for x in (176, 624):
        a.oval(x, 440, 44, 34, "none", stroke=a.round("#b98a52"), stroke_width=20)
    a.path(turned([(190, 380), (226, 450), (226, 530), (180, 620), (120, 656)]), a.round(main))
    a.path("M198,380Q400,268 602,380Q400,432 198,380Z", a.round(light(main, 0.10)))
    a.oval(400, 300, 44, 22, a.round(main))
    a.oval(400, 288, 30, 14, light(main, 0.25))
    a.line("M176,470Q400,526 624,470", accent, 4, opacity=0.7)
    a.gleam("M214,450Q206,530 246,592", 14, 0.35)
    a.gleam("M280,352Q330,326 390,320", 10, 0.35)


def jug(a: Art, main: str, accent: str, words: str = "", kind: str = "") -> None:
    a.shade(406, FLOOR, 170, 20)
    a.path(
        "M500,290Q610,300 590,440Q572,500 520,500",
        stroke=a.round(dark(main, 0.08)),
        stroke_width=28,
    )
    a.path(
        turned([(90, 180), (78, 250), (86, 320), (160, 410), (172, 520), (132, 620), (106, 656)]),
        a.round(main),
    )
    a.path("M312,180Q290,150 270,166Q300,214 320,226Z", a.round(main))
    for y, w in ((416, 160), (438, 166), (560, 160)):
        a.line(f"M{400 - w},{y}Q400,{y + 46} {400 + w},{y}", accent, 6)
    for i in range(8):
        x = 400 + (i - 3.5) * 40
        a.path(f"M{x - 16},520L{x},478L{x + 16},520Z", accent, opacity=0.9)
    a.oval(400, 180, 90, 22, a.soft(light(main, 0.12)))
    a.oval(400, 183, 74, 15, dark(main, 0.55))


def vase(a: Art, main: str, accent: str, words: str = "", kind: str = "") -> None:
    a.shade(406, FLOOR, 128, 17)
    for x, bend, top in ((400, 10, 120), (384, -60, 170), (418, 76, 160)):
        a.line(f"M{x},320Q{x + bend * 0.4},230 {x + bend},{top}", "#6c7b4a", 6)
        for y in (0.3, 0.55, 0.8):
            leaf(
                a, x + bend * y + 14, 320 - (320 - top) * y, 30, "#7f935a", 50 if bend > 0 else -40
            )
    a.path(
        turned([(58, 300), (48, 360), (72, 430), (122, 520), (118, 600), (84, 656)]), a.round(main)
    )
    a.path(
        "M294,470Q400,520 506,470Q526,520 520,560Q400,612 280,560Q276,520 294,470Z",
        a.round(accent, 0.8),
        opacity=0.92,
    )
    a.oval(400, 300, 58, 15, a.soft(light(main, 0.18)))
    a.oval(400, 302, 46, 10, dark(main, 0.55))
    a.gleam("M300,480Q290,560 312,620", 10, 0.4)


def bud_vase(a: Art, main: str, accent: str, words: str = "", kind: str = "") -> None:
    a.shade(404, FLOOR, 96, 15)
    a.line("M400,400Q404,280 430,200", "#6c7b4a", 7)
    leaf(a, 432, 320, 44, "#7f935a", 54)
    for i in range(8):
        a.oval(434, 158, 20, 42, "#d9705f", transform=f"rotate({i * 45} 434 190)")
    a.oval(434, 190, 22, 22, BRASS)
    a.path(
        turned([(34, 390), (30, 440), (44, 490), (92, 560), (92, 620), (64, 656)]), a.round(main)
    )
    a.line("M312,566Q400,604 488,566", accent, 9)
    a.oval(400, 390, 34, 10, a.soft(light(main, 0.2)))
    a.oval(400, 392, 24, 6, dark(main, 0.55))
    a.gleam("M326,560Q322,600 336,630", 9, 0.45)


def bowl(a: Art, main: str, accent: str, words: str = "", kind: str = "") -> None:
    a.shade(408, FLOOR, 190, 20)
    a.path("M176,420Q190,600 320,656L480,656Q610,600 624,420Z", a.round(main))
    a.path(
        "M178,430Q184,480 198,516Q400,574 602,516Q616,480 622,430Z",
        a.round(accent, 0.7),
        opacity=0.9,
    )
    a.oval(400, 420, 224, 62, a.soft(light(main, 0.24)))
    a.oval(400, 424, 202, 50, a.soft(dark(main, 0.26)))
    a.oval(400, 440, 168, 32, a.soft(dark(accent, 0.06)), opacity=0.9)
    a.gleam("M214,470Q236,570 300,622", 12, 0.35)


def wide_bowl(a: Art, main: str, accent: str, words: str = "", kind: str = "") -> None:
    a.shade(408, FLOOR, 230, 22)
    for x, y, c in (
        (300, 400, "#d98a2f"),
        (400, 376, "#c9502e"),
        (490, 402, "#e0a83e"),
        (350, 370, "#8fa04c"),
    ):
        a.oval(x, y, 62, 60, a.round(c))
        a.gleam(f"M{x - 26},{y - 22}Q{x - 16},{y - 40} {x + 4},{y - 42}", 8, 0.5)
    a.path("M130,440Q170,604 330,654L470,654Q630,604 670,440Q400,520 130,440Z", a.round(main))
    a.path("M130,440Q400,520 670,440L664,468Q400,548 136,468Z", a.round(light(main, 0.2)))
    for x, length in ((250, 60), (380, 96), (470, 50), (560, 76)):
        a.path(f"M{x - 18},508Q{x},{520 + length} {x + 18},508Z", accent, opacity=0.85)


def small_bowls(a: Art, main: str, accent: str, words: str = "", kind: str = "") -> None:
    for x, y, fill in ((540, 596, "#b4471f"), (268, 620, "#c79a2e")):
        a.shade(x + 6, y + 42, 128, 16)
        a.path(
            f"M{x - 126},{y - 70}Q{x - 110},{y + 40} {x - 40},{y + 44}L{x + 40},{y + 44}Q{x + 110},{y + 40} {x + 126},{y - 70}Z",
            a.round(main),
        )
        a.oval(x, y - 70, 126, 36, a.soft(light(main, 0.26)))
        a.oval(x, y - 66, 108, 27, a.soft(fill))
        a.line(f"M{x - 118},{y - 34}Q{x},{y + 4} {x + 118},{y - 34}", accent, 6)


def plate(a: Art, main: str, accent: str, words: str = "", kind: str = "") -> None:
    """Seen from above, leaning."""
    a.shade(410, 690, 250, 22)
    a.oval(400, 430, 262, 258, a.soft(dark(main, 0.18)))
    a.oval(396, 424, 258, 254, a.round(main))
    a.oval(396, 424, 232, 228, "none", stroke=accent, stroke_width=7)
    for i in range(24):
        a.oval(396, 222, 9, 15, accent, transform=f"rotate({i * 15} 396 424)")
    a.oval(398, 428, 176, 172, a.soft(dark(main, 0.12)))
    a.oval(398, 430, 168, 164, a.soft(light(main, 0.12)))
    mandala(a, 398, 430, 74, accent)


def platter(a: Art, main: str, accent: str, words: str = "", kind: str = "") -> None:
    a.shade(410, 640, 300, 26)
    a.oval(400, 500, 316, 146, a.soft(dark(main, 0.2)))
    a.oval(400, 488, 314, 142, a.round(main))
    a.oval(400, 492, 244, 98, a.soft(dark(main, 0.14)))
    a.oval(400, 496, 234, 90, a.soft(light(main, 0.1)))
    for i in range(-5, 6):
        a.line(
            f"M{400 + i * 38},{446 + abs(i) * 3}Q{404 + i * 38},500 {400 + i * 38},{546 - abs(i) * 3}",
            accent,
            5,
            opacity=0.8,
        )
    a.oval(400, 488, 292, 128, "none", stroke=accent, stroke_width=5)
