"""Things for the way: packs, tents, lamps, bottles, tools, paper. As in `table`: main colour, accent, words on labels."""

from __future__ import annotations

from tools.demo_pictures.art import CREAM, FLOOR, STEEL, WOOD, Art, dark, light
from tools.demo_pictures.motifs import motif


def patch(a: Art, x: float, y: float, colour: str, size: float = 44) -> None:
    """The sewn-on mark."""
    a.rect(x - size * 0.8, y - size * 0.5, size * 1.6, size, CREAM, 7)
    a.rect(
        x - size * 0.8 + 4,
        y - size * 0.5 + 4,
        size * 1.6 - 8,
        size - 8,
        "none",
        4,
        stroke=colour,
        stroke_width=2,
        stroke_dasharray="5 4",
    )
    motif(a, "peak", x, y, size * 0.62, colour)


def backpack(a: Art, main: str, accent: str, words: str = "", kind: str = "") -> None:
    a.shade(410, FLOOR, 190, 20)
    a.line("M352,176Q400,96 448,176", dark(main, 0.35), 20)
    for x in (226, 574):
        a.path(
            f"M{x - 34},450Q{x - 42},600 {x - 20},636L{x + 22},636Q{x + 42},600 {x + 34},450Z",
            a.round(dark(main, 0.16)),
        )
        a.line(f"M{x - 30},486L{x + 30},486", accent, 7)
    a.path(
        "M250,300Q246,160 400,160Q554,160 550,300L566,600Q566,656 500,660L300,660Q234,656 234,600Z",
        a.round(main),
    )
    a.path("M256,260Q400,316 544,260L548,330Q400,386 252,330Z", a.round(dark(main, 0.12)))
    for x in (320, 480):
        a.rect(x - 11, 300, 22, 128, dark(main, 0.42), 4)
        a.rect(x - 17, 400, 34, 24, a.round(STEEL), 5)
    a.path(
        "M284,450Q400,420 516,450L526,600Q520,640 480,640L320,640Q280,640 274,600Z",
        a.round(light(main, 0.08)),
    )
    a.line("M286,490Q400,462 514,490", dark(main, 0.4), 6)
    a.line("M398,476L398,516", accent, 9)
    patch(a, 400, 572, dark(main, 0.2))
    a.gleam("M270,300Q264,240 300,206", 12, 0.25)


def rolltop(a: Art, main: str, accent: str, words: str = "", kind: str = "") -> None:
    a.shade(410, FLOOR, 180, 20)
    a.path("M262,200L538,200L556,610Q556,660 496,660L304,660Q244,660 244,610Z", a.round(main))
    a.path("M250,150Q400,120 550,150L556,206Q400,240 244,206Z", a.round(dark(main, 0.14)))
    a.path("M244,178Q400,212 556,178L556,192Q400,226 244,192Z", dark(main, 0.34))
    for x in (300, 500):
        a.rect(x - 11, 160, 22, 300, dark(main, 0.4), 4)
        a.rect(x - 18, 420, 36, 26, a.round(STEEL), 5)
    a.path(
        "M286,470L514,470L524,620Q520,640 490,640L310,640Q280,640 276,620Z",
        a.round(light(main, 0.07)),
    )
    a.line("M290,500L510,500", accent, 6)
    patch(a, 400, 566, dark(main, 0.2))


def hip_pack(a: Art, main: str, accent: str, words: str = "", kind: str = "") -> None:
    a.shade(410, 640, 230, 20)
    a.line(
        "M190,500Q60,470 90,400Q130,340 300,380M610,500Q740,470 710,400Q670,340 500,380",
        dark(main, 0.4),
        26,
    )
    a.path(
        "M180,450Q180,396 240,396L560,396Q620,396 620,450L600,590Q590,640 530,640L270,640Q210,640 200,590Z",
        a.round(main),
    )
    a.line("M196,440Q400,408 604,440", dark(main, 0.4), 8)
    a.line("M560,436L574,480", accent, 10)
    a.path(
        "M236,520Q400,494 564,520L556,590Q548,620 520,620L280,620Q252,620 244,590Z",
        a.round(light(main, 0.08)),
    )
    patch(a, 400, 566, dark(main, 0.2))


def tent(a: Art, main: str, accent: str, words: str = "", kind: str = "") -> None:
    a.shade(400, 650, 320, 20)
    for x0, x1 in ((160, 70), (640, 732)):
        a.line(f"M{x0},560L{x1},662", dark(main, 0.4), 4)
    a.path("M400,250Q250,300 130,650L670,650Q550,300 400,250Z", a.round(main))
    a.path("M400,250Q560,300 670,650L520,650Q500,420 400,250Z", dark(main, 0.16), opacity=0.75)
    a.path("M400,290Q330,440 306,650L474,650Q460,440 400,290Z", a.soft(dark(main, 0.62)))
    a.path("M400,290Q330,440 306,650L356,650Q400,500 400,290Z", a.soft(accent))
    a.path("M400,290Q450,440 474,650L446,650Q414,500 400,290Z", a.soft(light(accent, 0.15)))
    a.line("M400,250Q250,300 130,650M400,250Q550,300 670,650", light(main, 0.35), 7)
    a.oval(400, 250, 13, 13, STEEL)
    patch(a, 560, 590, dark(main, 0.2), 36)


def bell_tent(a: Art, main: str, accent: str, words: str = "", kind: str = "") -> None:
    a.shade(400, 656, 320, 20)
    for x0, x1 in ((150, 60), (650, 742)):
        a.line(f"M{x0},500L{x1},664", dark(main, 0.4), 4)
    a.path("M400,190L140,500L150,650L650,650L660,500Z", a.round(main))
    for x in (230, 314, 486, 570):
        a.line(f"M400,190L{x},506L{x},650", dark(main, 0.14), 4)
    a.path("M140,500Q400,560 660,500L662,516Q400,576 138,516Z", dark(main, 0.2))
    a.path("M400,250L330,650L470,650Z", a.soft("#5a4436"))
    a.path("M400,250L330,650L376,650Z", a.soft(light(main, 0.2)))
    a.path("M400,250L470,650L424,650Z", a.soft(light(main, 0.1)))
    a.oval(400, 560, 40, 60, "#ffcf7a", opacity=0.3)
    a.path("M400,190L400,120L470,142L400,164", accent, stroke=dark(accent, 0.3), stroke_width=3)
    for i in range(9):
        a.oval(176 + i * 56, 520 + 30 * (1 - abs(i - 4) / 4), 8, 8, "#ffd98a")


def tarp(a: Art, main: str, accent: str, words: str = "", kind: str = "") -> None:
    a.shade(400, 664, 300, 16, 0.24)
    for x in (160, 640):
        a.line(f"M{x},360L{x},660", WOOD, 12)
        a.line(f"M{x},366L{x + (90 if x > 400 else -90)},664", dark(STEEL, 0.3), 3)
    a.path("M160,360Q400,300 640,360L720,500Q400,420 80,500Z", a.soft(main))
    a.path("M400,326Q520,332 640,360L720,500Q560,456 400,450Z", dark(main, 0.14), opacity=0.7)
    a.line("M160,360Q400,300 640,360", light(main, 0.4), 6)
    for x, y in ((84, 498), (240, 466), (400, 454), (560, 466), (716, 498)):
        a.oval(x, y - 4, 8, 8, accent)
    for x in (330, 470):
        a.rect(x - 54, 600, 108, 60, a.round("#8a6a4a"), 14)


def lantern(a: Art, main: str, accent: str, words: str = "", kind: str = "") -> None:
    a.shade(404, FLOOR, 130, 18)
    a.oval(400, 430, 190, 190, "#ffd98a", opacity=0.22)
    a.line("M300,270Q400,60 500,270", a.round(STEEL), 13)
    a.path("M318,238L482,238L526,306L274,306Z", a.round(main))
    a.oval(400, 234, 46, 18, a.round(dark(main, 0.2)))
    a.path(
        "M290,306L510,306L510,560L290,560Z",
        a.gradient([(0, "#ffe9b8"), (0.5, "#fff6dc"), (1, "#f4cf86")]),
    )
    a.oval(400, 434, 44, 74, "#ffbf5a")
    a.oval(400, 440, 24, 48, "#fff3d0")
    for x in (294, 364, 436, 506):
        a.rect(x - 6, 300, 12, 266, a.round(dark(main, 0.2)), 5)
    a.rect(272, 556, 256, 34, a.round(dark(main, 0.1)), 10)
    a.path("M284,588L516,588L540,656L260,656Z", a.round(main))
    a.oval(400, 622, 19, 19, a.soft(accent))


def headlamp(a: Art, main: str, accent: str, words: str = "", kind: str = "") -> None:
    a.shade(404, 640, 230, 20)
    a.path(
        "M160,470Q150,330 400,326Q650,330 640,470Q640,560 560,600L540,560Q590,530 590,470Q580,390 400,388Q220,390 210,470Q210,530 260,560L240,600Q160,560 160,470Z",
        a.round(dark(main, 0.3)),
    )
    for i in range(-4, 5):
        a.line(f"M{400 + i * 50},{342 + abs(i) * 6}L{400 + i * 50},{376 + abs(i) * 6}", accent, 5)
    a.rect(276, 430, 248, 190, a.round(main), 44)
    for x, r in ((352, 62), (456, 44)):
        a.oval(x, 520, r + 12, r + 12, a.round(STEEL))
        a.oval(x, 520, r, r, a.gradient([(0, "#fffdf0"), (1, "#f2d58c")], down=True))
        a.oval(x - r * 0.25, 520 - r * 0.3, r * 0.3, r * 0.24, "#ffffff", opacity=0.9)
    a.rect(380, 414, 60, 24, a.soft(accent), 10)


def string_lights(a: Art, main: str, accent: str, words: str = "", kind: str = "") -> None:
    for base in (210, 400):
        a.line(f"M20,{base}Q210,{base + 190} 400,{base + 20}T780,{base + 10}", "#3b3530", 6)
    for x, y in (
        (90, 282),
        (180, 330),
        (270, 326),
        (350, 276),
        (470, 196),
        (560, 150),
        (650, 170),
        (730, 206),
        (110, 484),
        (210, 522),
        (310, 502),
        (420, 412),
        (520, 366),
        (620, 366),
        (710, 396),
    ):
        a.oval(x, y + 34, 64, 64, "#ffd98a", opacity=0.24)
        a.rect(x - 11, y, 22, 22, "#3b3530", 5)
        a.path(
            f"M{x - 14},{y + 22}Q{x - 30},{y + 60} {x},{y + 74}Q{x + 30},{y + 60} {x + 14},{y + 22}Z",
            a.gradient([(0, "#fff3d0"), (1, "#f5bd56")], down=True),
        )


def blanket(a: Art, main: str, accent: str, words: str = "", kind: str = "") -> None:
    a.shade(410, 650, 240, 22)
    a.path("M190,400Q180,640 230,650L580,650Q630,640 620,400Q400,340 190,400Z", a.round(main))
    for y, c, w in (
        (452, accent, 26),
        (500, light(main, 0.45), 12),
        (540, accent, 40),
        (596, light(main, 0.45), 12),
    ):
        a.path(
            f"M188,{y}Q400,{y + 34} 622,{y}L622,{y + w}Q400,{y + w + 34} 190,{y + w}Z",
            c,
            opacity=0.95,
        )
    for i in range(9):
        x = 214 + i * 46
        a.path(f"M{x},568l16,-22l16,22l-16,22Z", light(main, 0.5), opacity=0.9)
    a.path("M186,396Q196,320 400,318Q606,320 624,396Q400,470 186,396Z", a.soft(light(main, 0.16)))
    a.path("M250,386Q400,346 560,384", stroke=dark(main, 0.16), stroke_width=7)
    patch(a, 560, 628, dark(main, 0.3), 34)


def quilt(a: Art, main: str, accent: str, words: str = "", kind: str = "") -> None:
    a.shade(410, 650, 280, 22)
    for row in range(4):
        y = 400 + row * 62
        for col in range(6):
            x = 160 + col * 80
            a.oval(
                x + 44, y + 34, 56, 46, a.round(main if (row + col) % 2 else light(main, 0.1), 0.8)
            )
    a.path("M120,384Q400,330 690,384L690,410Q400,356 120,410Z", a.soft(accent))
    a.rect(250, 600, 300, 30, dark(main, 0.4), 8)
    a.rect(380, 590, 44, 50, a.round(STEEL), 8)


def pad(a: Art, main: str, accent: str, words: str = "", kind: str = "") -> None:
    """A sleeping pad, half rolled."""
    a.shade(420, 650, 290, 20)
    a.path("M110,600L560,560L640,640L190,690Z", a.soft(main))
    for i in range(1, 8):
        a.line(f"M{110 + i * 62},{600 - i * 5.5}L{190 + i * 62},{690 - i * 7}", dark(main, 0.22), 5)
    a.path("M560,380Q700,380 700,520Q700,640 600,650L560,560Z", a.round(main))
    a.oval(560, 490, 112, 112, a.round(light(main, 0.06)))
    for r in (84, 58, 32):
        a.oval(560, 490, r, r, "none", stroke=dark(main, 0.3), stroke_width=8)
    a.rect(170, 660, 40, 20, a.soft(accent), 6, transform="rotate(-6 190 670)")


def pillow(a: Art, main: str, accent: str, words: str = "", kind: str = "") -> None:
    a.shade(408, 640, 260, 22)
    a.path(
        "M160,430Q150,390 200,400Q400,350 600,400Q650,390 640,430Q670,520 640,610Q650,650 600,640Q400,670 200,640Q150,650 160,610Q130,520 160,430Z",
        a.round(main),
    )
    a.path(
        "M160,430Q150,390 200,400L260,412Q210,520 256,628L200,640Q150,650 160,610Q130,520 160,430Z",
        a.soft(accent),
        opacity=0.95,
    )
    a.path(
        "M330,470Q400,440 480,474M340,560Q420,590 500,552", stroke=dark(main, 0.16), stroke_width=6
    )
    patch(a, 590, 604, dark(main, 0.3), 34)
