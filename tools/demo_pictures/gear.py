"""Things for the way: packs, tents, lamps, bottles, tools, paper. As in `table`: main colour, accent, words on labels."""

from __future__ import annotations

from tools.demo_pictures.art import CREAM, FLOOR, INK, STEEL, WOOD, Art, dark, light, mix
from tools.demo_pictures.table import label, motif


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


def enamel_mug(a: Art, main: str, accent: str, words: str = "", kind: str = "") -> None:
    a.shade(416, FLOOR, 160, 19)
    a.path("M532,400Q650,390 646,480Q640,580 528,572", stroke=a.round(main), stroke_width=26)
    a.path("M256,350L262,640Q400,680 538,640L544,350Z", a.round(main))
    a.oval(400, 350, 144, 36, accent)
    a.oval(400, 352, 130, 29, light(main, 0.35))
    a.oval(400, 362, 118, 20, "#4a2f1d")
    motif(a, "peak", 392, 510, 150, light(main, 0.7))
    a.line("M262,636Q400,676 538,636", accent, 9)
    for x, y in ((300, 440), (480, 600), (330, 610), (500, 430), (440, 620)):
        a.oval(x, y, 4, 3, light(main, 0.6))


def insulated_mug(a: Art, main: str, accent: str, words: str = "", kind: str = "") -> None:
    a.shade(410, FLOOR, 130, 18)
    a.path(
        "M530,400Q620,396 616,480Q612,560 524,556", stroke=a.round(dark(main, 0.3)), stroke_width=24
    )
    a.path("M272,300L292,640Q400,676 508,640L528,300Z", a.round(main))
    a.path("M266,258L534,258L530,310Q400,346 270,310Z", a.round(STEEL))
    a.path("M276,238Q400,212 524,238L534,262Q400,292 266,262Z", a.round(INK))
    a.rect(372, 222, 60, 14, a.soft(accent), 7)
    motif(a, "peak", 396, 480, 110, light(main, 0.65))
    a.gleam("M304,340L318,610", 11, 0.4)


def flask(a: Art, main: str, accent: str, words: str = "", kind: str = "") -> None:
    a.shade(404, FLOOR + 2, 110, 16)
    a.path("M360,196Q360,140 400,140Q440,140 440,196", stroke=a.round(INK), stroke_width=16)
    a.rect(346, 186, 108, 62, a.round(INK), 14)
    a.path(
        "M340,244L460,244Q470,290 502,320Q516,336 516,380L516,610Q516,662 462,664L338,664Q284,662 284,610L284,380Q284,336 298,320Q330,290 340,244Z",
        a.round(main),
    )
    a.path("M338,244L462,244L465,262L335,262Z", a.round(STEEL))
    a.rect(284, 590, 232, 20, a.soft(accent))
    motif(a, "peak", 396, 460, 130, light(main, 0.7))
    a.gleam("M312,390L312,570", 12, 0.42)


def camp_kettle(a: Art, main: str, accent: str, words: str = "", kind: str = "") -> None:
    a.shade(410, FLOOR, 200, 20)
    a.path("M576,450Q650,420 676,350L706,356Q700,500 566,560Z", a.round(dark(main, 0.05)))
    a.line("M236,390Q250,190 400,186Q550,190 564,390", a.round(INK), 14)
    a.rect(330, 178, 140, 26, a.round(WOOD), 12)
    a.path("M236,400L212,610Q212,660 270,660L530,660Q588,660 588,610L564,400Z", a.round(main))
    a.path("M232,396Q400,330 568,396Q400,446 232,396Z", a.round(light(main, 0.12)))
    a.oval(400, 352, 26, 20, a.round(WOOD))
    a.path(
        "M216,560L584,560L588,610Q588,660 530,660L270,660Q212,660 212,610Z",
        dark(main, 0.28),
        opacity=0.55,
    )
    motif(a, "peak", 396, 500, 110, accent)


def nesting_bowls(a: Art, main: str, accent: str, words: str = "", kind: str = "") -> None:
    a.shade(408, FLOOR, 200, 20)
    for i, tone in enumerate((main, accent, light(main, 0.35), dark(accent, 0.2))):
        y, w = 380 + i * 66, 130 + i * 32
        a.path(
            f"M{400 - w},{y}Q{400 - w * 0.8},{y + 92} {400 - w * 0.42},{y + 96}L{400 + w * 0.42},{y + 96}Q{400 + w * 0.8},{y + 92} {400 + w},{y}Z",
            a.round(tone),
        )
        a.oval(400, y, w, w * 0.22, a.soft(light(tone, 0.26)))
        a.oval(400, y + 4, w * 0.88, w * 0.16, a.soft(dark(tone, 0.3)))


def plate_stack(a: Art, main: str, accent: str, words: str = "", kind: str = "") -> None:
    a.shade(408, 664, 260, 22)
    for i in range(4):
        y = 640 - i * 34
        a.path(
            f"M160,{y - 26}Q180,{y + 20} 300,{y + 22}L500,{y + 22}Q620,{y + 20} 640,{y - 26}Z",
            a.round(main),
        )
        a.oval(400, y - 26, 240, 46, accent)
        a.oval(400, y - 27, 230, 41, a.soft(light(main, 0.24)))
    a.oval(400, 510, 160, 24, a.soft(dark(main, 0.12)))
    motif(a, "peak", 400, 508, 44, accent)


def utensil_roll(a: Art, main: str, accent: str, words: str = "", kind: str = "") -> None:
    a.shade(408, 668, 270, 20)
    for x, c in ((230, WOOD), (320, STEEL), (410, WOOD), (500, STEEL), (580, WOOD)):
        a.rect(x - 10, 260, 20, 240, a.round(c), 8)
    a.oval(230, 250, 34, 54, a.round(WOOD))
    for d in (-16, 0, 16):
        a.line(f"M{320 + d},210L{320 + d},286", STEEL, 9)
    a.path("M376,200L444,200L440,300L380,300Z", a.round(WOOD))
    a.path("M484,190Q524,200 516,310L486,310Z", a.round(STEEL))
    a.oval(580, 250, 32, 56, a.round(light(WOOD, 0.2)))
    a.path("M140,380L660,380L672,664L128,664Z", a.soft(main))
    for x in (275, 365, 455, 545):
        a.line(f"M{x},396L{x},650", dark(main, 0.3), 4, stroke_dasharray="10 8")
    a.line("M140,396L660,396", accent, 8)
    a.path("M640,470Q740,450 730,540Q700,590 650,560", stroke=a.soft(accent), stroke_width=16)
    patch(a, 210, 600, dark(main, 0.3), 36)


def skillet(a: Art, main: str, accent: str, words: str = "", kind: str = "") -> None:
    a.shade(380, 640, 260, 26)
    a.path("M540,470L740,350Q770,340 776,366Q776,384 756,394L570,524Z", a.round("#33302e"))
    a.oval(742, 372, 16, 12, "#e2ddd4")
    a.oval(340, 540, 250, 124, a.soft("#1f1d1c"))
    a.oval(336, 522, 250, 122, a.round("#3a3735"))
    a.oval(336, 528, 216, 98, a.soft("#252322"))
    for x, y in ((260, 512), (400, 540)):
        a.path(
            f"M{x - 70},{y}Q{x - 50},{y - 44} {x + 10},{y - 40}Q{x + 84},{y - 34} {x + 72},{y + 8}Q{x + 40},{y + 44} {x - 20},{y + 36}Q{x - 80},{y + 34} {x - 70},{y}Z",
            "#fbf6ea",
        )
        a.oval(x, y - 4, 32, 23, a.round("#f0a830"))


def cold_jar(a: Art, main: str, accent: str, words: str = "", kind: str = "") -> None:
    a.shade(406, FLOOR + 2, 130, 17)
    glass = "M300,260L300,300Q272,330 272,380L272,620Q272,664 316,666L484,666Q528,664 528,620L528,380Q528,330 500,300L500,260Z"
    a.path(glass, "#eef0ea", opacity=0.9)
    a.open(clip_path=a.clip(glass))
    a.rect(260, 350, 280, 330, a.round("#5a3620"))
    a.close()
    a.rect(352, 268, 96, 240, "#d9dcd6", 10, opacity=0.6)
    a.path(glass, "none", stroke="#ffffff", stroke_width=5, opacity=0.6)
    a.rect(288, 196, 224, 72, a.round(main), 12)
    label(a, 400, 440, 168, 170, words, accent, "peak")
    a.gleam("M294,390L294,620", 10, 0.6)


def knife(a: Art, main: str, accent: str, words: str = "", kind: str = "") -> None:
    a.open(transform="rotate(-32 400 470)")
    a.shade(410, 532, 300, 14)
    a.path("M400,430Q560,410 720,470Q600,512 400,506Z", a.soft("#d3d8da"))
    a.path("M400,490Q600,500 720,470Q600,512 400,506Z", "#9aa2a6")
    a.line("M470,446L640,452", "#ffffff", 4, opacity=0.7)
    a.path("M100,440Q90,470 110,512Q260,540 420,516L420,424Q250,410 100,440Z", a.soft("#7a4a2c"))
    for i in range(6):
        a.path(f"M{130 + i * 48},444q16,30 0,66", stroke=dark("#7a4a2c", 0.25), stroke_width=3)
    for x in (140, 262, 388):
        a.oval(x, 476, 13, 13, a.round("#c99a3f"))
    a.close()


def axe(a: Art, main: str, accent: str, words: str = "", kind: str = "") -> None:
    a.open(transform="rotate(24 400 420)")
    a.shade(424, 440, 40, 290, 0.2)
    a.path("M384,180L420,180L428,720Q404,744 376,720Z", a.round(WOOD))
    a.path(
        "M372,150L436,150L436,276L372,276Q300,300 236,340Q216,214 246,110Q310,140 372,150Z",
        a.soft("#8f969a"),
    )
    a.path("M246,110Q216,214 236,340L262,324Q244,214 268,120Z", "#e3e8ea")
    a.rect(376, 600, 50, 90, a.round(accent), 6)
    a.close()


def compass(a: Art, main: str, accent: str, words: str = "", kind: str = "") -> None:
    a.shade(408, 664, 210, 20)
    a.oval(400, 190, 40, 40, "none", stroke=a.round("#c99a3f"), stroke_width=16)
    a.rect(376, 222, 48, 44, a.round("#c99a3f"), 8)
    a.oval(400, 456, 216, 212, a.round("#c99a3f"))
    a.oval(400, 456, 182, 178, a.soft(CREAM, 0.5))
    for i in range(36):
        a.line(
            "M400,292L400,306" if i % 9 else "M400,288L400,318",
            INK,
            3 if i % 9 else 6,
            transform=f"rotate({i * 10} 400 456)",
        )
    for letter, x, y in (("N", 400, 352), ("E", 514, 468), ("S", 400, 586), ("W", 286, 468)):
        a.text(x, y, letter, 40, INK)
    a.open(transform="rotate(28 400 456)")
    a.poly([(400, 316), (426, 456), (374, 456)], a.soft("#b8322a"))
    a.poly([(400, 596), (426, 456), (374, 456)], a.soft("#5c6166"))
    a.close()
    a.oval(400, 456, 15, 15, a.round("#c99a3f"))
    a.path(
        "M270,370Q330,290 430,290",
        stroke="#ffffff",
        stroke_width=14,
        opacity=0.45,
        stroke_linecap="round",
    )


def coil(a: Art, main: str, accent: str, words: str = "", kind: str = "") -> None:
    a.shade(408, 668, 220, 20)
    for i in range(7):
        r = 214 - i * 20
        a.oval(
            400,
            470,
            r,
            r * 0.94,
            "none",
            stroke=a.round(main if i % 2 else light(main, 0.16)),
            stroke_width=19,
        )
        a.oval(
            400,
            470,
            r,
            r * 0.94,
            "none",
            stroke=accent,
            stroke_width=5,
            stroke_dasharray="9 26",
            opacity=0.95,
        )
    for y in (262, 290, 318, 346):
        a.rect(336, y, 128, 25, a.round(main), 12)
        a.line(f"M350,{y + 8}L450,{y + 17}", accent, 5, stroke_dasharray="9 20")
    a.line("M464,360Q560,380 600,330", a.round(main), 18)


def first_aid(a: Art, main: str, accent: str, words: str = "", kind: str = "") -> None:
    a.shade(410, 660, 240, 22)
    a.path(
        "M170,390Q170,360 200,360L600,360Q630,360 630,390L630,620Q630,656 594,656L206,656Q170,656 170,620Z",
        a.round("#f2ece0"),
    )
    a.path("M160,350Q160,316 200,316L600,316Q640,316 640,350L640,404L160,404Z", a.round("#b8322a"))
    a.rect(376, 470, 48, 140, "#b8322a", 4)
    a.rect(330, 516, 140, 48, "#b8322a", 4)
    a.rect(370, 386, 60, 36, a.round(STEEL), 8)
    a.path("M330,316Q330,262 400,262Q470,262 470,316", stroke=a.round("#7d241e"), stroke_width=20)


def notebook(a: Art, main: str, accent: str, words: str = "", kind: str = "") -> None:
    a.shade(416, 668, 190, 20)
    a.open(transform="rotate(-5 400 440)")
    a.rect(246, 196, 330, 468, "#efe6d2", 12)
    a.rect(236, 186, 330, 468, a.soft(main), 16)
    a.rect(236, 186, 54, 468, a.soft(dark(main, 0.22)), 14)
    a.rect(516, 186, 14, 468, a.soft(accent))
    a.rect(324, 280, 168, 120, CREAM, 6)
    motif(a, "peak", 408, 320, 52, main)
    a.lines(408, 372, words, 20, INK, 150)
    a.path("M404,654L404,716L420,700L436,716L436,654Z", accent)
    a.close()
    a.open(transform="rotate(14 640 480)")
    a.rect(630, 250, 22, 360, a.round(accent), 4)
    a.path("M630,610L652,610L641,650Z", "#e9d2a8")
    a.path("M637,636L645,636L641,650Z", INK)
    a.rect(630, 236, 22, 22, "#d38a8a", 6)
    a.close()


def pencils(a: Art, main: str, accent: str, words: str = "", kind: str = "") -> None:
    a.shade(410, 690, 180, 16)
    for i, c in enumerate((main, accent, light(main, 0.3))):
        a.open(transform=f"rotate({-14 + i * 14} 400 1000)")
        a.rect(376, 230, 48, 420, a.round(c), 4)
        a.path("M376,230L424,230L400,150Z", "#ead3aa")
        a.path("M391,180L409,180L400,150Z", INK)
        a.rect(376, 630, 48, 26, a.round(STEEL))
        a.rect(376, 652, 48, 34, "#d38a8a", 8)
        a.close()
    a.rect(300, 520, 200, 92, CREAM, 8)
    motif(a, "peak", 400, 552, 50, dark(main, 0.2))
    a.lines(400, 600, "Northline", 24, INK, 180)


def map_box(a: Art, main: str, accent: str, words: str = "", kind: str = "") -> None:
    a.shade(410, 664, 260, 22)
    for i in range(6):
        x = 226 + i * 62
        paper = mix("#e6dcc2", "#c8d3bd", i / 6)
        a.rect(x, 320 - (i % 2) * 22, 54, 220, a.soft(paper), 4)
        a.path(
            f"M{x + 6},{360}q20,-18 40,4M{x + 6},392q24,-16 42,6M{x + 8},424q18,-20 40,0",
            stroke=dark(paper, 0.3),
            stroke_width=3,
        )
    a.path("M180,440L620,440L620,656L180,656Z", a.round(main))
    a.path("M180,440L620,440L620,468L180,468Z", dark(main, 0.18))
    a.rect(290, 500, 220, 120, CREAM, 8)
    motif(a, "peak", 400, 540, 58, main)
    a.lines(400, 598, words, 24, INK, 200)


def camp_candle(a: Art, main: str, accent: str, words: str = "", kind: str = "") -> None:
    a.shade(406, FLOOR, 150, 18)
    a.path("M268,420L268,640Q400,680 532,640L532,420Z", a.round(STEEL))
    a.oval(400, 420, 132, 34, a.soft(light(STEEL, 0.3)))
    a.oval(400, 424, 118, 27, "#f3e7cd")
    a.line("M400,424L402,380", INK, 6)
    a.path("M402,386C370,354 386,316 402,272C424,316 438,354 402,386Z", "#f6a83a")
    a.oval(402, 330, 104, 104, "#ffd98a", opacity=0.16)
    label(a, 400, 470, 170, 150, words, main, "peak")


def trail_soap(a: Art, main: str, accent: str, words: str = "", kind: str = "") -> None:
    a.shade(410, 650, 210, 20)
    a.path(
        "M200,470Q200,430 240,430L560,430Q600,430 600,470L600,600Q600,648 552,648L248,648Q200,648 200,600Z",
        a.soft("#a9b79a"),
    )
    a.rect(232, 462, 336, 154, "none", 30, stroke=dark("#a9b79a", 0.2), stroke_width=5)
    motif(a, "peak", 400, 536, 120, dark("#a9b79a", 0.32))
    a.line("M560,440Q660,380 620,300Q580,260 540,320", "#8a6a4a", 12)
    for x, y, r in ((250, 410, 26), (292, 388, 17), (220, 384, 13)):
        a.oval(x, y, r, r, "#ffffff", opacity=0.7)


def coffee(a: Art, main: str, accent: str, words: str = "", kind: str = "") -> None:
    for x, y, tone in ((270, 656, "#4a3526"), (530, 656, "#8a5a34"), (400, 690, main)):
        a.shade(x + 6, y, 120, 15)
        a.path(
            f"M{x - 98},{y - 300}L{x + 98},{y - 300}L{x + 112},{y}Q{x},{y + 22} {x - 112},{y}Z",
            a.round(tone),
        )
        a.rect(x - 100, y - 334, 200, 44, a.soft(dark(tone, 0.2)), 4)
        a.rect(x - 68, y - 226, 136, 140, CREAM, 8)
        motif(a, "peak", x, y - 176, 62, tone)
        a.lines(x, y - 116, "Roast", 24, INK, 120)


def weekend_box(a: Art, main: str, accent: str, words: str = "", kind: str = "") -> None:
    a.shade(410, 664, 270, 22)
    for x, w, h, c in (
        (250, 110, 170, main),
        (360, 80, 220, "#7a4a2c"),
        (470, 110, 150, accent),
        (566, 60, 200, "#c99a3f"),
    ):
        a.rect(x - w / 2, 470 - h, w, h, a.round(c), 12)
    motif(a, "peak", 250, 380, 62, CREAM)
    a.path("M160,450L640,450L620,660L180,660Z", a.round("#b98d5c"))
    for y in (506, 560, 612):
        a.line(f"M166,{y}L634,{y}", dark("#b98d5c", 0.24), 4)
    a.path("M150,440L650,440L650,470L150,470Z", a.round("#a4764a"))
    a.rect(312, 520, 176, 90, CREAM, 8)
    a.lines(400, 560, words, 30, INK, 150)
