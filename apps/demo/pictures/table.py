"""Things for table and kitchen: tins, jars, pouches, cups, bowls, pots, plates, spoons, candles, textiles."""

from apps.demo.pictures.canvas import Canvas, Colour, darker, lighter, mix

CREAM: Colour = (250, 244, 232)
WOOD: Colour = (168, 120, 78)


def tin(c: Canvas, main: Colour, accent: Colour) -> None:
    c.rounded((300, 250, 600, 690), 26, main)
    c.rounded((288, 205, 612, 300), 24, darker(main, 0.22))
    c.rounded((288, 285, 612, 300), 6, accent)
    c.rounded((340, 390, 560, 590), 14, CREAM, depth=0.1)
    _leaf(c, 450, 470, 62, accent)
    c.line([(385, 555), (515, 555)], 7, darker(accent, 0.2))


def pouch(c: Canvas, main: Colour, accent: Colour) -> None:
    c.polygon([(305, 225), (595, 225), (625, 700), (275, 700)], main)
    c.rounded((305, 205, 595, 258), 8, darker(main, 0.18))
    c.line([(325, 275), (575, 275)], 4, lighter(main, 0.4))
    c.ellipse((355, 370, 545, 560), CREAM, depth=0.1)
    _leaf(c, 450, 465, 60, accent)
    c.line([(390, 620), (510, 620)], 8, lighter(main, 0.6))


def jar(c: Canvas, main: Colour, accent: Colour) -> None:
    glass = mix(c.backdrop, (255, 255, 255), 0.55)
    c.rounded((315, 280, 585, 700), 44, glass, depth=0.16)
    c.rounded((330, 370, 570, 688), 36, main)
    c.rounded((330, 215, 570, 292), 14, WOOD)
    c.rounded((355, 460, 545, 600), 8, CREAM, depth=0.1)
    c.line([(385, 505), (515, 505)], 8, accent)
    c.line([(400, 550), (500, 550)], 5, darker(accent, 0.2))
    c.line([(340, 320), (340, 640)], 7, (255, 255, 255))


def cup(c: Canvas, main: Colour, accent: Colour) -> None:
    c.ring((560, 390, 720, 570), 30, darker(main, 0.1))
    c.polygon([(270, 340), (630, 340), (585, 640), (545, 672), (355, 672), (315, 640)], main)
    c.polygon([(281, 410), (619, 410), (611, 465), (289, 465)], accent, depth=0.2)
    c.ellipse((270, 305, 630, 378), lighter(main, 0.25), depth=0.2)
    c.ellipse((296, 318, 604, 368), (120, 66, 30), depth=0.3)
    c.ellipse((255, 668, 645, 716), darker(main, 0.12))


def kettle(c: Canvas, main: Colour, accent: Colour) -> None:
    c.arc((270, 170, 640, 560), 195, 345, 26, WOOD)
    c.polygon([(600, 450), (745, 350), (775, 385), (625, 570)], darker(main, 0.12))
    c.ellipse((245, 345, 655, 705), main)
    c.ellipse((300, 330, 600, 410), lighter(main, 0.12), depth=0.2)
    c.ellipse((415, 280, 485, 345), accent)
    c.arc((270, 480, 630, 690), 20, 160, 10, accent)


def bowl(c: Canvas, main: Colour, accent: Colour) -> None:
    c.polygon([(225, 430), (675, 430), (610, 610), (530, 672), (370, 672), (290, 610)], main)
    c.ellipse((225, 380, 675, 482), lighter(main, 0.25), depth=0.2)
    c.ellipse((255, 394, 645, 472), accent, depth=0.35)
    c.rounded((380, 660, 520, 705), 10, darker(main, 0.2))


def plate(c: Canvas, main: Colour, accent: Colour) -> None:
    c.ellipse((190, 190, 710, 710), main)
    c.ring((222, 222, 678, 678), 10, accent)
    c.ellipse((275, 275, 625, 625), lighter(main, 0.18), depth=0.2)
    c.ring((292, 292, 608, 608), 3, darker(main, 0.12))


def vase(c: Canvas, main: Colour, accent: Colour) -> None:
    stems = ((430, 120), (480, 90), (390, 170), (520, 150))
    for x, y in stems:
        c.line([(450, 380), (x, y)], 6, (98, 118, 78))
        _leaf(c, x, y, 44, accent)
    c.polygon(
        [
            (405, 340),
            (495, 340),
            (520, 430),
            (600, 540),
            (560, 690),
            (340, 690),
            (300, 540),
            (380, 430),
        ],
        main,
    )
    c.ellipse((405, 322, 495, 358), darker(main, 0.25))
    c.line([(318, 570), (582, 570)], 9, lighter(main, 0.4))


def bottle(c: Canvas, main: Colour, accent: Colour) -> None:
    c.rounded((415, 170, 485, 330), 10, darker(main, 0.15))
    c.polygon([(415, 300), (485, 300), (560, 390), (560, 470), (340, 470), (340, 390)], main)
    c.rounded((340, 400, 560, 710), 30, main)
    c.rounded((405, 140, 495, 200), 8, accent)
    c.rounded((352, 470, 548, 630), 6, CREAM, depth=0.1)
    _leaf(c, 450, 535, 44, accent)
    c.line([(395, 600), (505, 600)], 6, darker(accent, 0.2))


def spoon(c: Canvas, main: Colour, accent: Colour) -> None:
    for shift, tone in ((-110, main), (0, lighter(main, 0.15)), (110, darker(main, 0.15))):
        c.line([(450 + shift, 330), (450 + shift, 700)], 26, tone)
        c.ellipse((395 + shift, 190, 505 + shift, 350), tone)
        c.ellipse((415 + shift, 212, 485 + shift, 325), darker(tone, 0.18))
    c.line([(320, 610), (580, 610)], 14, accent)


def candle(c: Canvas, main: Colour, accent: Colour) -> None:
    c.ellipse((425, 205, 475, 300), (255, 196, 84), depth=0.1)
    c.ellipse((438, 240, 462, 295), (255, 244, 200), depth=0.1)
    c.line([(450, 285), (450, 345)], 6, (70, 52, 40))
    c.rounded((320, 330, 580, 700), 24, main)
    c.ellipse((320, 305, 580, 365), lighter(main, 0.3), depth=0.15)
    c.rounded((345, 450, 555, 600), 8, CREAM, depth=0.1)
    _leaf(c, 450, 520, 48, accent)


def towel(c: Canvas, main: Colour, accent: Colour) -> None:
    for row in range(3):
        top = 560 - row * 120
        tone = (main, lighter(main, 0.18), mix(main, accent, 0.2))[row]
        c.rounded((230, top, 670, top + 130), 44, tone)
        c.line([(262, top + 44), (640, top + 44)], 9, accent)
        c.line([(262, top + 66), (640, top + 66)], 4, accent)


def soap(c: Canvas, main: Colour, accent: Colour) -> None:
    c.rounded((240, 540, 660, 690), 34, WOOD)
    for index, tone in enumerate((darker(main, 0.1), main, lighter(main, 0.15))):
        left = 265 + index * 60
        c.rounded((left, 360 + index * 26, left + 260, 560 + index * 8), 30, tone)
    c.rounded((420, 440, 610, 560), 16, lighter(main, 0.35))
    _leaf(c, 515, 500, 42, accent)


def box(c: Canvas, main: Colour, accent: Colour) -> None:
    c.polygon([(230, 360), (450, 270), (670, 360), (450, 450)], lighter(main, 0.25), depth=0.12)
    c.polygon([(230, 360), (450, 450), (450, 720), (230, 620)], main)
    c.polygon([(670, 360), (450, 450), (450, 720), (670, 620)], darker(main, 0.2))
    c.polygon([(320, 322), (362, 305), (582, 396), (540, 413)], accent, depth=0.1)
    c.polygon([(540, 413), (582, 396), (582, 660), (540, 680)], darker(accent, 0.15), depth=0.1)


def _leaf(c: Canvas, x: float, y: float, size: float, colour: Colour) -> None:
    c.polygon([(x, y - size), (x + size * 0.55, y), (x, y + size), (x - size * 0.55, y)], colour)
    c.line([(x, y - size * 0.6), (x, y + size * 0.8)], max(size / 12, 3), lighter(colour, 0.5))
