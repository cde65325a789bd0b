"""Clothes, laid flat. The fronts hang on nothing: they lie on a wooden board, seen from above."""

from __future__ import annotations

from tools.demo_pictures.art import CREAM, INK, STEEL, Art, dark, light
from tools.demo_pictures.gear import patch
from tools.demo_pictures.motifs import motif

_SLEEVES = (
    "M292,236Q214,262 178,400L126,620Q122,640 142,646L206,660Q222,660 226,644L296,420Z",
    "M508,236Q586,262 622,400L674,620Q678,640 658,646L594,660Q578,660 574,644L504,420Z",
)
_BODY = "M316,200Q400,240 484,200L516,226Q534,300 532,400L540,670Q540,694 516,696L284,696Q260,694 260,670L268,400Q266,300 284,226Z"


def _sleeves(a: Art, main: str, cuff: str = "") -> None:
    for number, d in enumerate(_SLEEVES):
        a.path(d, a.round(dark(main, 0.08 + 0.06 * number)))
        if cuff:
            left = number == 0
            a.path(
                "M126,622L228,642L224,662L142,648Q120,644 126,622Z"
                if left
                else "M674,622L572,642L576,662L658,648Q680,644 674,622Z",
                cuff,
            )


def _flat_shadow(a: Art, d: str) -> None:
    a.path(d, "#2a1a10", opacity=0.3, filter="url(#blur)", transform="translate(14 20)")


def jacket(a: Art, main: str, accent: str, words: str = "", kind: str = "shell") -> None:
    """`kind`: shell, down, wind, chore, fleece or vest."""
    for d in (*([] if kind == "vest" else _SLEEVES), _BODY):
        _flat_shadow(a, d)
    if kind != "vest":
        _sleeves(a, main, dark(main, 0.3) if kind in ("down", "fleece") else "")
    a.path(_BODY, a.round(main, 0.8))
    a.open(clip_path=a.clip(_BODY))
    if kind in ("down", "vest"):
        for i in range(9):
            y = 262 + i * 52
            a.path(f"M250,{y}Q400,{y + 34} 550,{y}", stroke=dark(main, 0.3), stroke_width=5)
            a.path(
                f"M250,{y + 12}Q400,{y + 46} 550,{y + 12}",
                stroke=light(main, 0.22),
                stroke_width=7,
                opacity=0.6,
            )
    elif kind == "fleece":
        for row in range(22):
            for col in range(14):
                a.oval(
                    262 + col * 22 + (row % 2) * 11,
                    220 + row * 23,
                    7,
                    5,
                    light(main, 0.16),
                    opacity=0.6,
                )
    a.path(
        "M260,226L400,226L400,330L250,360ZM540,226L400,226L400,330L550,360Z",
        dark(main, 0.0) if kind == "chore" else accent,
        opacity=0.0 if kind in ("chore", "down", "vest", "fleece") else 0.28,
    )
    a.close()
    if kind == "shell":
        a.path(
            "M312,206Q300,120 400,112Q500,120 488,206Q400,262 312,206Z", a.round(dark(main, 0.1))
        )
        a.path("M336,206Q330,150 400,146Q470,150 464,206Q400,244 336,206Z", dark(main, 0.5))
    else:
        a.path(
            "M316,200Q320,164 400,162Q480,164 484,200Q400,250 316,200Z", a.round(dark(main, 0.2))
        )
        a.path("M340,202Q346,182 400,180Q454,182 460,202Q400,232 340,202Z", dark(main, 0.5))
    if kind == "chore":
        for y in (300, 390, 480, 570, 650):
            a.oval(400, y, 11, 11, a.round("#c99a3f"))
        for x, y in ((292, 470), (424, 470), (424, 320)):
            a.rect(
                x, y, 90, 100, a.soft(dark(main, 0.08)), 6, stroke=dark(main, 0.3), stroke_width=3
            )
    else:
        a.line("M400,228L400,692", dark(main, 0.4), 11)
        a.line("M400,232L400,690", accent, 5)
        a.rect(392, 252, 16, 34, a.round(STEEL), 5)
        for x0, x1 in ((296, 344), (504, 456)):
            a.line(f"M{x0},560L{x1},500", accent, 8)
    patch(a, 464, 318, dark(main, 0.25), 34)


def tee(a: Art, main: str, accent: str, words: str = "", kind: str = "plain") -> None:
    """`kind`: plain, graphic, pocket, long or sun."""
    body = "M310,214Q400,262 490,214L520,232L528,690Q400,704 272,690L280,232Z"
    short = (
        "M284,228Q220,250 176,352L162,420Q160,432 172,436L250,458L284,380Z",
        "M516,228Q580,250 624,352L638,420Q640,432 628,436L550,458L516,380Z",
    )
    arms = _SLEEVES if kind in ("long", "sun") else short
    for d in (*arms, body):
        _flat_shadow(a, d)
    for number, d in enumerate(arms):
        a.path(d, a.round(dark(main, 0.06 + 0.06 * number)))
    a.path(body, a.round(main, 0.7))
    a.path("M310,214Q400,262 490,214L478,206Q400,252 322,206Z", dark(main, 0.22))
    a.path("M322,206Q400,252 478,206Q400,226 322,206Z", dark(main, 0.5))
    if kind == "graphic":
        a.oval(400, 400, 92, 92, accent)
        motif(a, "peak", 400, 424, 164, light(main, 0.75))
        a.lines(400, 540, "NORTHLINE", 30, light(main, 0.75), 240)
    elif kind == "pocket":
        a.path(
            "M430,330L510,330L510,410Q470,436 430,410Z",
            a.soft(accent),
            stroke=dark(accent, 0.25),
            stroke_width=3,
        )
    elif kind == "sun":
        a.line("M400,240L400,420", accent, 8)
        a.path("M272,232Q400,330 528,232L528,262Q400,360 272,262Z", accent, opacity=0.35)
    patch(a, 300, 656, dark(main, 0.25), 26)
    a.path(
        "M330,480Q350,580 322,660M474,470Q460,580 486,664", stroke=dark(main, 0.14), stroke_width=6
    )


def flannel(a: Art, main: str, accent: str, words: str = "", kind: str = "") -> None:
    for d in (*_SLEEVES, _BODY):
        _flat_shadow(a, d)
    for number, d in enumerate((*_SLEEVES, _BODY)):
        a.path(d, a.round(dark(main, 0.08) if number < 2 else main, 0.7))
        a.open(clip_path=a.clip(d))
        for i in range(16):
            a.rect(100 + i * 44, 150, 15, 560, accent, opacity=0.5)
            a.rect(110 + i * 44, 150, 3, 560, CREAM, opacity=0.5)
            a.rect(90, 170 + i * 44, 620, 15, dark(main, 0.35), opacity=0.45)
        a.close()
    a.path(
        "M316,200L400,262L356,316L296,226ZM484,200L400,262L444,316L504,226Z",
        a.soft(dark(main, 0.12)),
        stroke=dark(main, 0.35),
        stroke_width=3,
    )
    a.line("M400,262L400,694", dark(main, 0.4), 4)
    for y in (330, 410, 490, 570, 650):
        a.oval(400, y, 9, 9, CREAM)
    a.rect(434, 350, 80, 92, "none", 6, stroke=dark(main, 0.4), stroke_width=4)


def boots(a: Art, main: str, accent: str, words: str = "", kind: str = "trail") -> None:
    """`kind`: trail, winter or approach."""
    for shift, tone in ((96, dark(main, 0.14)), (-40, main)):
        a.open(transform=f"translate({shift} {-26 if shift > 0 else 0})")
        a.shade(430, 664, 210, 18)
        top = 360 if kind == "approach" else 240
        a.path(
            f"M250,{top}L422,{top}Q424,420 440,470Q470,520 560,540Q640,560 644,620L644,640L250,640Q230,480 250,{top}Z",
            a.round(tone),
        )
        a.path(
            "M540,536Q640,556 644,620L644,640L500,640Q490,570 540,536Z", a.soft(dark(tone, 0.22))
        )
        a.path(
            "M240,630L650,630Q660,668 636,670L258,670Q234,668 240,630Z",
            a.soft(INK if kind != "approach" else accent),
        )
        for i in range(9):
            a.rect(252 + i * 44, 662, 26, 14, INK, 4)
        if kind == "winter":
            a.rect(238, 214, 196, 54, a.round("#efe6d6"), 26)
            for i in range(7):
                a.oval(254 + i * 28, 222, 20, 16, "#f8f2e6")
        else:
            a.rect(244, top - 14, 186, 34, a.soft(dark(tone, 0.3)), 14)
        for i in range(4 if kind != "approach" else 3):
            y = (top + 60) + i * 50
            a.line(f"M{372 + i * 14},{y}L{432 + i * 16},{y + 16}", accent, 9)
            a.oval(372 + i * 14, y, 8, 8, STEEL)
        a.path(
            f"M262,{top + 60}Q300,500 262,620", stroke=light(tone, 0.2), stroke_width=6, opacity=0.6
        )
        a.close()


def socks(a: Art, main: str, accent: str, words: str = "", kind: str = "stripes") -> None:
    for x, tone in ((150, dark(main, 0.08)), (0, main)):
        a.open(transform=f"translate({x - 60} {20 if x else 0})")
        d = "M286,150L430,150Q432,330 426,440Q440,500 520,560Q580,612 540,664Q500,700 440,676Q340,620 300,540Q276,480 286,150Z"
        _flat_shadow(a, d)
        a.path(d, a.round(tone, 0.8))
        a.open(clip_path=a.clip(d))
        a.rect(270, 140, 180, 66, a.round(accent))
        for i in range(12):
            a.line(f"M{284 + i * 13},146L{284 + i * 13},204", dark(accent, 0.2), 3)
        a.oval(520, 640, 90, 74, accent)
        a.oval(318, 520, 60, 66, accent, opacity=0.9)
        for i in range(3 if kind == "stripes" else 0):
            a.rect(270, 250 + i * 46, 180, 20, light(tone, 0.5))
        for i in range(5 if kind == "snow" else 0):
            motif(a, "star", 322 + (i % 2) * 70, 250 + i * 46, 40, light(tone, 0.7))
        a.close()
        a.close()


def cap(a: Art, main: str, accent: str, words: str = "", kind: str = "trucker") -> None:
    """`kind`: trucker, wool or sun."""
    a.shade(430, 640, 270, 22)
    if kind == "sun":
        a.path("M210,520Q190,660 250,690L470,690Q500,600 470,520Z", a.soft(light(main, 0.2)))
    a.path("M190,560Q180,300 390,292Q590,300 584,560Q390,610 190,560Z", a.round(main))
    if kind == "trucker":
        a.path(
            "M190,560Q180,330 330,300Q290,420 300,584Q236,580 190,560Z", a.soft(light(main, 0.4))
        )
        for i in range(9):
            a.line(
                f"M{200 + i * 12},{540 - i * 24}L{214 + i * 11},{572}",
                dark(main, 0.1),
                3,
                opacity=0.5,
            )
    for x in (330, 470):
        a.path(
            f"M{x},{588}Q{x + (390 - x) * 0.1},400 390,292", stroke=dark(main, 0.25), stroke_width=4
        )
    a.oval(390, 292, 16, 10, dark(main, 0.2))
    if kind == "wool":
        a.path(
            "M186,540Q390,600 588,540L600,640Q560,660 540,600Q390,640 236,600Q210,660 176,640Z",
            a.round(dark(main, 0.15)),
        )
    brim = dark(main, 0.22) if kind != "trucker" else accent
    a.path(
        "M366,576Q560,540 716,598Q768,622 742,646Q716,660 640,640Q500,606 396,628Q352,616 366,576Z",
        a.round(brim),
    )
    a.path("M372,600Q540,566 738,630", stroke=dark(brim, 0.25), stroke_width=4)
    patch(a, 430, 440, dark(main, 0.25), 70)
