"""Tools, paper and small things for outdoors."""

from __future__ import annotations

from tools.demo_pictures.art import CREAM, FLOOR, INK, STEEL, WOOD, Art, dark, light, mix
from tools.demo_pictures.motifs import label, motif


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
