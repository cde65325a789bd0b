"""What is packed: tins, pouches, jars, soaps, cloth and hampers."""

from __future__ import annotations

import random

from tools.demo_pictures.art import (
    BRASS,
    CREAM,
    FLOOR,
    INK,
    STEEL,
    WOOD,
    Art,
    dark,
    light,
    turned,
)
from tools.demo_pictures.motifs import label, motif


def tin(a: Art, main: str, accent: str, words: str = "", kind: str = "leaf") -> None:
    a.shade(410, FLOOR, 165, 20)
    a.path("M262,250L262,635Q400,690 538,635L538,250Z", a.round(main))
    for y in (300, 612):
        a.path(f"M262,{y}Q400,{y + 52} 538,{y}L538,{y + 12}Q400,{y + 64} 262,{y + 12}Z", accent)
    a.path("M252,205L252,268Q400,322 548,268L548,205Z", a.round(dark(main, 0.22)))
    a.oval(400, 205, 148, 40, a.soft(dark(main, 0.06)))
    a.oval(400, 199, 104, 25, "none", stroke=light(main, 0.25), stroke_width=4, opacity=0.7)
    a.oval(400, 194, 22, 9, a.round(accent))
    label(a, 392, 368, 214, 222, words, accent, kind)
    a.gleam("M290,300L290,610", 9, 0.3)


def pouch(a: Art, main: str, accent: str, words: str = "", kind: str = "leaf") -> None:
    a.shade(410, FLOOR + 2, 160, 18)
    a.path(
        "M268,212L532,212L548,300Q566,480 552,640Q400,690 248,640Q234,480 252,300Z",
        a.round(main, 0.8),
    )
    a.rect(266, 172, 268, 50, a.soft(dark(main, 0.14)), 4)
    a.line("M276,236L524,236", light(main, 0.35), 3, stroke_dasharray="10 8")
    a.path("M248,640Q400,690 552,640Q400,606 248,640Z", dark(main, 0.22))
    a.path("M256,330Q236,480 254,620Q270,470 256,330Z", light(main, 0.3), opacity=0.5)
    a.path("M545,330Q566,480 548,622Q532,470 545,330Z", dark(main, 0.3), opacity=0.5)
    label(a, 400, 318, 208, 236, words, accent, kind)


def jar(a: Art, main: str, accent: str, words: str = "", kind: str = "star") -> None:
    """A glass jar; `main` is the colour of what is in it."""
    a.shade(410, FLOOR + 4, 168, 20)
    body = "M290,262Q250,280 250,330L250,610Q250,662 306,668Q400,678 494,668Q550,662 550,610L550,330Q550,280 510,262Z"
    a.path(body, "#eef0ea", opacity=0.92)
    a.open(clip_path=a.clip(body))
    a.path("M250,392Q330,376 400,388Q480,402 550,384L550,700L250,700Z", a.round(main, 0.9))
    a.path(
        "M250,392Q330,376 400,388Q480,402 550,384Q480,412 400,400Q330,390 250,406Z",
        light(main, 0.3),
    )
    dots = random.Random(main + words)
    for _ in range(70):
        x, y = dots.uniform(256, 544), dots.uniform(404, 660)
        a.oval(
            x,
            y,
            dots.uniform(4, 8),
            dots.uniform(3, 6),
            dots.choice((light(main, 0.2), dark(main, 0.2))),
            opacity=0.75,
        )
    a.close()
    a.path(body, "none", stroke="#ffffff", stroke_width=5, opacity=0.7)
    a.rect(274, 200, 252, 72, a.round(WOOD), 10)
    a.rect(274, 254, 252, 12, dark(WOOD, 0.25), 4)
    label(a, 400, 430, 178, 186, words, accent, kind)
    a.gleam("M276,340L276,610", 11, 0.65)


def honey(a: Art, main: str, accent: str, words: str = "", kind: str = "flower") -> None:
    jar(a, main, accent, words, kind)
    a.path("M268,206Q400,150 532,206L548,262Q400,300 252,262Z", a.soft(accent))
    a.line("M262,264Q400,302 538,264", BRASS, 7)


def bottle(a: Art, main: str, accent: str, words: str = "", kind: str = "flower") -> None:
    a.shade(404, FLOOR + 2, 112, 16)
    glass = "M358,210L358,300Q296,340 296,410L296,628Q296,664 336,666L464,666Q504,664 504,628L504,410Q504,340 442,300L442,210Z"
    a.path(glass, "#eef0ea", opacity=0.9)
    a.open(clip_path=a.clip(glass))
    a.path("M280,352L520,352L520,700L280,700Z", a.round(main))
    a.path("M280,352Q400,368 520,352L520,362Q400,378 280,362Z", light(main, 0.4))
    a.close()
    a.path(glass, "none", stroke="#ffffff", stroke_width=5, opacity=0.6)
    a.rect(350, 158, 100, 62, a.round(WOOD), 8)
    label(a, 400, 440, 166, 176, words, accent, kind)
    a.gleam("M318,400L318,630", 9, 0.6)


def candle(a: Art, main: str, accent: str, words: str = "", kind: str = "flower") -> None:
    a.shade(406, FLOOR, 160, 19)
    a.path("M254,410L268,620Q400,690 532,620L546,410Z", a.round(main))
    a.oval(400, 410, 146, 40, a.soft(light(main, 0.2)))
    a.oval(400, 414, 128, 31, a.soft("#f6e8cb"))
    a.line("M400,414L402,366", INK, 6)
    a.path("M402,372C366,338 384,296 402,250C424,296 440,338 402,372Z", "#f6a83a")
    a.path("M402,368C386,348 392,326 402,300C414,326 420,348 402,368Z", "#fff1c2")
    a.oval(402, 318, 110, 110, "#ffd98a", opacity=0.16)
    label(a, 400, 470, 168, 150, words, accent, kind)


def diyas(a: Art, main: str, accent: str, words: str = "", kind: str = "") -> None:
    for x, y in ((250, 560), (548, 566), (400, 628)):
        a.shade(x + 4, y + 42, 110, 14)
        a.path(
            f"M{x - 112},{y - 34}Q{x - 76},{y + 46} {x},{y + 46}Q{x + 76},{y + 46} {x + 112},{y - 34}Q{x},{y + 2} {x - 112},{y - 34}Z",
            a.round(main),
        )
        a.path(
            f"M{x - 112},{y - 34}Q{x},{y - 76} {x + 112},{y - 34}Q{x},{y + 4} {x - 112},{y - 34}Z",
            a.soft(dark(main, 0.35)),
        )
        for i in range(-2, 3):
            a.oval(x + i * 34, y + 16 - abs(i) * 6, 7, 7, accent)
        a.path(
            f"M{x},{y - 42}C{x - 26},{y - 70} {x - 12},{y - 100} {x},{y - 134}C{x + 16},{y - 100} {x + 28},{y - 70} {x},{y - 42}Z",
            "#f6a83a",
        )
        a.path(
            f"M{x},{y - 46}C{x - 12},{y - 62} {x - 6},{y - 80} {x},{y - 98}C{x + 9},{y - 80} {x + 14},{y - 62} {x},{y - 46}Z",
            "#fff1c2",
        )
        a.oval(x, y - 84, 70, 70, "#ffd98a", opacity=0.2)


def soaps(a: Art, main: str, accent: str, words: str = "", kind: str = "leaf") -> None:
    for x, y, tone in ((300, 470, "#8fa373"), (500, 490, "#d9c9a3"), (400, 600, "#c3a07e")):
        a.shade(x + 6, y + 62, 150, 16)
        a.rect(x - 150, y - 56, 300, 118, a.soft(dark(tone, 0.2)), 34)
        a.rect(x - 150, y - 70, 300, 112, a.soft(tone), 34)
        a.rect(x - 118, y - 48, 236, 68, "none", 22, stroke=dark(tone, 0.2), stroke_width=4)
        motif(a, "leaf", x, y - 12, 50, dark(tone, 0.3))


def box(a: Art, main: str, accent: str, words: str = "", kind: str = "mandala") -> None:
    """A gift box with a ribbon and a paper label."""
    a.shade(412, 664, 250, 24)
    a.path("M170,330L400,380L400,676L170,610Z", a.soft(dark(main, 0.05)))
    a.path("M630,330L400,380L400,676L630,610Z", a.soft(dark(main, 0.24)))
    a.path("M150,300L400,238L650,300L650,342L400,404L150,342Z", a.soft(dark(main, 0.14)))
    a.path("M150,296L400,236L650,296L400,358Z", a.soft(light(main, 0.12)))
    a.path("M262,270L300,260L540,322L508,330Z", accent)
    a.path("M508,330L540,322L540,366L508,374ZM508,374L540,366L540,640L508,648Z", dark(accent, 0.15))
    a.path(
        "M400,292C330,220 260,236 286,272C310,300 370,300 400,292C430,300 490,300 514,272C540,236 470,220 400,292Z",
        a.soft(accent),
    )
    a.oval(400, 290, 20, 15, dark(accent, 0.2))
    a.open(transform="translate(284 500) skewY(12.4)")
    a.rect(-82, -78, 164, 156, a.soft(CREAM, 0.6), 6)
    a.rect(-75, -71, 150, 142, "none", 4, stroke=accent, stroke_width=2.5)
    motif(a, kind, 0, -28, 58, accent)
    a.lines(0, 34, words, 22, INK, 136)
    a.close()


def hamper(a: Art, main: str, accent: str, words: str = "", kind: str = "") -> None:
    a.shade(408, 664, 260, 24)
    a.line("M210,430Q220,170 400,168Q580,170 590,430", a.round("#a87a48"), 26)
    for x, c, h in (
        (270, "#7a2f24", 150),
        (350, "#c79a2e", 120),
        (446, "#3f5a46", 160),
        (530, "#d9c9a3", 110),
    ):
        a.rect(x - 44, 430 - h, 88, h + 20, a.round(c), 10)
        a.rect(x - 44, 430 - h, 88, 26, dark(c, 0.25), 8)
    a.path("M160,420L640,420L594,650Q400,690 206,650Z", a.round("#c59a62"))
    a.open(clip_path=a.clip("M160,420L640,420L594,650Q400,690 206,650Z"))
    for row in range(7):
        for col in range(16):
            a.rect(
                150 + col * 34 + (row % 2) * 17,
                428 + row * 36,
                28,
                26,
                dark("#c59a62", 0.12 if (row + col) % 2 else 0.24),
                8,
                opacity=0.7,
            )
    a.close()
    a.path("M150,408Q400,450 650,408L650,446Q400,488 150,446Z", a.round("#a87a48"))
    a.path(
        "M330,436C280,400 250,420 268,450C290,470 320,462 340,450C360,462 392,470 412,450C430,420 400,400 340,440Z",
        a.soft(accent),
    )


def block(a: Art, main: str, accent: str, words: str = "", kind: str = "") -> None:
    """Jaggery: dark cones, one broken, on a leaf."""
    a.shade(410, 650, 260, 24)
    a.path(
        "M120,640Q260,560 420,600Q580,560 690,626Q560,700 400,684Q240,704 120,640Z",
        a.soft("#7f935a"),
    )
    a.line("M150,640Q400,616 664,630", "#a9ba84", 5)
    for x, w, h in ((290, 112, 230), (480, 124, 260)):
        a.path(
            f"M{x - w},640Q{x - w * 0.9},{640 - h * 0.7} {x - w * 0.45},{640 - h}L{x + w * 0.45},{640 - h}Q{x + w * 0.9},{640 - h * 0.7} {x + w},640Q{x},676 {x - w},640Z",
            a.round(main),
        )
        a.oval(x, 640 - h, w * 0.45, w * 0.12, light(main, 0.22))
        a.gleam(f"M{x - w * 0.6},600L{x - w * 0.42},{640 - h * 0.7}", 9, 0.25)
    for x, y, s in ((610, 636, 34), (642, 656, 20), (574, 662, 18)):
        a.poly(
            [(x - s, y), (x - s * 0.3, y - s), (x + s, y - s * 0.4), (x + s * 0.7, y + s * 0.5)],
            dark(main, 0.08),
        )


def cloth(a: Art, main: str, accent: str, words: str = "", kind: str = "stripes") -> None:
    """Folded three times, with stripes or a block print."""
    a.shade(410, 640, 250, 24)
    for step in range(3):
        y = 596 - step * 56
        tone = dark(main, 0.12 - step * 0.05)
        a.path(
            f"M160,{y}Q150,{y + 30} 170,{y + 54}L640,{y + 54}Q662,{y + 26} 640,{y}Z", a.soft(tone)
        )
        a.line(f"M166,{y + 52}L640,{y + 52}", dark(main, 0.3), 3, opacity=0.5)
    top = "M196,330L616,330L644,488L160,488Z"
    a.path(top, a.soft(main))
    a.open(clip_path=a.clip(top))
    if kind == "print":
        for row in range(4):
            for col in range(9):
                motif(a, "flower", 180 + col * 56 + (row % 2) * 28, 352 + row * 42, 40, accent)
    elif kind == "weave":
        for i in range(34):
            a.line(f"M150,{330 + i * 5}L660,{330 + i * 5}", dark(main, 0.18), 1.6, opacity=0.6)
            a.line(f"M{150 + i * 16},330L{140 + i * 16},490", light(main, 0.2), 1.6, opacity=0.5)
    else:
        for x, w in ((214, 10), (236, 22), (560, 22), (592, 10)):
            a.path(
                f"M{x},330L{x + w},330L{x + w + (x - 400) * 0.08},490L{x + (x - 400) * 0.08},490Z",
                accent,
            )
    a.close()
    if kind == "stripes":
        for step in range(3):
            y = 596 - step * 56
            for x in (206, 232, 560, 590):
                a.rect(x, y + 2, 14, 50, accent, opacity=0.9)


def folded(a: Art, main: str, accent: str, words: str = "", kind: str = "") -> None:
    """A long runner, rolled at one end."""
    a.shade(420, 640, 270, 22)
    a.path("M130,560L560,560L610,640L180,640Z", a.soft(main))
    for x in range(150, 600, 24):
        a.line(f"M{x},566L{x + 44},636", dark(main, 0.16), 3, opacity=0.6)
    a.path("M150,576L580,576L586,588L157,588ZM168,612L600,612L606,624L175,624Z", accent)
    a.oval(600, 540, 100, 98, a.round(main))
    for r in (76, 54, 32):
        a.oval(600, 540, r, r * 0.98, "none", stroke=dark(main, 0.25), stroke_width=6)
    a.path("M560,452L612,444L612,636L560,640Z", a.round(main), opacity=0.5)
    for x in range(136, 190, 9):
        a.line(f"M{x},{560 + (x - 136) * 1.5}L{x - 26},{566 + (x - 136) * 1.5}", accent, 4)


def cold_brew(a: Art, main: str, accent: str, words: str = "", kind: str = "leaf") -> None:
    bottle(a, main, accent, words, kind)
    a.rect(366, 214, 68, 130, "#d9dcd6", 8, opacity=0.75)
    for i in range(5):
        a.line(f"M374,{232 + i * 22}L426,{232 + i * 22}", dark(STEEL, 0.2), 3)


def strainer(a: Art, main: str, accent: str, words: str = "", kind: str = "") -> None:
    a.shade(420, 640, 190, 18)
    a.line("M470,390L690,210", a.round(BRASS), 26)
    a.oval(694, 206, 26, 26, "none", stroke=BRASS, stroke_width=12)
    a.path("M180,440Q196,650 350,650Q500,650 516,440Z", a.round(light(BRASS, 0.18)))
    a.open(clip_path=a.clip("M180,440Q196,650 350,650Q500,650 516,440Z"))
    for i in range(-9, 10):
        a.line(f"M{350 + i * 20},430L{350 + i * 14},660", dark(BRASS, 0.3), 2.5, opacity=0.7)
        a.line(f"M170,{540 + i * 14}L530,{540 + i * 14}", dark(BRASS, 0.3), 2.5, opacity=0.7)
    a.close()
    a.oval(348, 440, 170, 48, a.round(BRASS))
    a.oval(348, 442, 150, 37, dark(BRASS, 0.5))
    a.oval(348, 450, 138, 26, "#5a3a22")


def spoons(a: Art, main: str, accent: str, words: str = "", kind: str = "") -> None:
    for turn, tone in ((-16, "#b07f52"), (0, "#9a673c"), (16, "#c2946a")):
        a.open(transform=f"rotate({turn} 400 760)")
        a.shade(412, 420, 34, 190, 0.2)
        a.path("M386,330L414,330L420,690Q400,712 380,690Z", a.round(tone))
        a.path(
            "M400,120C460,124 474,250 440,318Q400,356 360,318C326,250 340,124 400,120Z",
            a.round(tone),
        )
        a.path(
            "M400,150C440,156 450,244 426,292Q400,314 374,292C350,244 360,156 400,150Z",
            a.soft(dark(tone, 0.18)),
        )
        a.line("M392,360L396,650", light(tone, 0.3), 3, opacity=0.6)
        a.close()


def grinder(a: Art, main: str, accent: str, words: str = "", kind: str = "") -> None:
    a.shade(406, FLOOR, 140, 18)
    a.path(turned([(118, 430), (108, 500), (128, 580), (136, 656)]), a.round("#efe6d4"))
    a.path(turned([(60, 300), (112, 340), (120, 420), (118, 440)]), a.round(WOOD))
    a.oval(400, 438, 118, 22, dark(WOOD, 0.3))
    a.line("M400,296L400,250L560,240", a.round(STEEL), 18)
    a.oval(566, 226, 26, 34, a.round(WOOD))
    a.rect(290, 604, 220, 18, accent, 6)
    motif(a, "star", 400, 536, 70, main)
