"""What one cooks with outdoors."""

from __future__ import annotations

from tools.demo_pictures.art import FLOOR, INK, STEEL, WOOD, Art, dark, light
from tools.demo_pictures.gear import patch
from tools.demo_pictures.motifs import label, motif


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
