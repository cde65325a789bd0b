"""Things for the way: packs, bottles, tents, lamps, clothes, notebooks, tools."""

from apps.demo.pictures.canvas import Canvas, Colour, darker, lighter, mix

METAL: Colour = (176, 182, 188)
INK: Colour = (44, 48, 54)


def backpack(c: Canvas, main: Colour, accent: Colour) -> None:
    c.arc((370, 130, 530, 300), 180, 360, 22, darker(main, 0.3))
    c.rounded((270, 200, 630, 710), 110, main)
    c.rounded((225, 430, 300, 640), 30, darker(main, 0.2))
    c.rounded((600, 430, 675, 640), 30, darker(main, 0.2))
    c.rounded((310, 450, 590, 670), 40, lighter(main, 0.1))
    c.line([(330, 500), (570, 500)], 8, accent)
    c.line([(360, 210), (360, 440)], 16, darker(main, 0.28))
    c.line([(540, 210), (540, 440)], 16, darker(main, 0.28))
    c.rounded((410, 300, 490, 350), 8, accent)


def flask(c: Canvas, main: Colour, accent: Colour) -> None:
    c.arc((410, 120, 490, 210), 180, 360, 14, INK)
    c.rounded((395, 165, 505, 255), 16, INK)
    c.rounded((375, 235, 525, 300), 20, METAL)
    c.rounded((345, 275, 555, 715), 56, main)
    c.rounded((345, 600, 555, 640), 4, accent, depth=0.15)
    c.line([(380, 350), (380, 560)], 12, lighter(main, 0.45))


def tent(c: Canvas, main: Colour, accent: Colour) -> None:
    c.polygon([(450, 230), (160, 690), (740, 690)], main)
    c.polygon([(450, 230), (740, 690), (600, 690)], darker(main, 0.25))
    c.polygon([(430, 330), (330, 690), (520, 690)], INK)
    c.polygon([(430, 330), (330, 690), (400, 690)], accent)
    c.line([(450, 230), (450, 195)], 8, METAL)
    c.line([(160, 690), (95, 715)], 5, INK)
    c.line([(740, 690), (805, 715)], 5, INK)


def lantern(c: Canvas, main: Colour, accent: Colour) -> None:
    c.arc((345, 130, 555, 380), 180, 360, 14, METAL)
    c.polygon([(360, 290), (540, 290), (575, 350), (325, 350)], main)
    c.rounded((345, 345, 555, 610), 20, (255, 236, 184), depth=0.15)
    c.ellipse((410, 410, 490, 550), (255, 204, 92), depth=0.1)
    for x in (375, 450, 525):
        c.line([(x, 350), (x, 605)], 8, darker(main, 0.2))
    c.rounded((315, 600, 585, 700), 22, main)
    c.ellipse((425, 630, 475, 680), accent)


def mug(c: Canvas, main: Colour, accent: Colour) -> None:
    c.ring((555, 380, 715, 600), 26, darker(main, 0.1))
    c.rounded((270, 320, 600, 700), 36, main)
    c.ellipse((270, 288, 600, 356), lighter(main, 0.3), depth=0.15)
    c.ellipse((292, 298, 578, 348), INK, depth=0.2)
    c.polygon([(330, 600), (410, 470), (460, 540), (500, 490), (545, 600)], accent)


def jacket(c: Canvas, main: Colour, accent: Colour) -> None:
    c.polygon([(350, 235), (240, 300), (170, 600), (255, 630), (315, 440)], darker(main, 0.15))
    c.polygon([(550, 235), (660, 300), (730, 600), (645, 630), (585, 440)], darker(main, 0.22))
    c.polygon([(350, 225), (550, 225), (610, 300), (610, 700), (290, 700), (290, 300)], main)
    c.polygon([(375, 215), (525, 215), (495, 300), (405, 300)], darker(main, 0.3))
    c.line([(450, 300), (450, 695)], 9, accent)
    c.line([(325, 560), (400, 540)], 8, accent)
    c.line([(575, 560), (500, 540)], 8, accent)


def tee(c: Canvas, main: Colour, accent: Colour) -> None:
    c.polygon(
        [
            (350, 240),
            (550, 240),
            (720, 350),
            (660, 460),
            (595, 420),
            (595, 710),
            (305, 710),
            (305, 420),
            (240, 460),
            (180, 350),
        ],
        main,
    )
    c.polygon([(385, 240), (515, 240), (485, 285), (415, 285)], darker(main, 0.35), depth=0.1)
    c.polygon([(360, 540), (430, 420), (465, 475), (495, 440), (540, 540)], accent)


def cap(c: Canvas, main: Colour, accent: Colour) -> None:
    c.dome((250, 290, 620, 740), main)
    c.polygon([(430, 500), (640, 490), (770, 560), (740, 590), (430, 545)], darker(main, 0.25))
    c.rounded((250, 485, 625, 530), 10, darker(main, 0.12))
    c.rounded((335, 390, 425, 460), 10, accent)


def sock(c: Canvas, main: Colour, accent: Colour) -> None:
    for shift, tone in ((120, darker(main, 0.15)), (0, main)):
        c.polygon(
            [
                (310 + shift, 210),
                (440 + shift, 210),
                (445 + shift, 500),
                (560 + shift, 600),
                (545 + shift, 690),
                (440 + shift, 690),
                (315 + shift, 570),
            ],
            tone,
        )
        c.rounded((302 + shift, 200, 448 + shift, 270), 12, accent)
        c.line([(320 + shift, 330), (438 + shift, 330)], 16, lighter(tone, 0.4))


def boot(c: Canvas, main: Colour, accent: Colour) -> None:
    c.polygon([(300, 220), (480, 220), (500, 470), (680, 560), (720, 650), (290, 650)], main)
    c.rounded((280, 640, 735, 700), 20, INK)
    c.rounded((290, 205, 490, 260), 20, darker(main, 0.25))
    for index in range(4):
        y = 320 + index * 55
        c.line([(430 + index * 8, y), (500 + index * 14, y + 18)], 9, accent)


def notebook(c: Canvas, main: Colour, accent: Colour) -> None:
    c.rounded((322, 210, 632, 712), 14, (244, 238, 224), depth=0.12)
    c.rounded((290, 195, 610, 700), 18, main)
    c.rounded((290, 195, 345, 700), 14, darker(main, 0.2))
    c.line([(555, 195), (555, 700)], 12, accent)
    c.rounded((390, 300, 510, 380), 6, lighter(main, 0.5), depth=0.1)


def pen(c: Canvas, main: Colour, accent: Colour) -> None:
    for shift, tone in ((0, main), (95, accent), (190, lighter(main, 0.3))):
        c.polygon(
            [
                (235 + shift, 640),
                (265 + shift, 670),
                (560 + shift * 0.7, 270),
                (520 + shift * 0.7, 240),
            ],
            tone,
        )
        c.polygon([(235 + shift, 640), (265 + shift, 670), (212 + shift, 700)], INK)


def blanket(c: Canvas, main: Colour, accent: Colour) -> None:
    c.rounded((220, 330, 680, 690), 60, main)
    for index in range(4):
        y = 400 + index * 75
        c.line(
            [(235, y), (665, y)],
            18 if index % 2 else 9,
            accent if index % 2 else lighter(main, 0.35),
        )
    c.ellipse((220, 300, 680, 420), mix(main, accent, 0.25))
    c.ring((300, 325, 600, 398), 8, darker(main, 0.2))


def knife(c: Canvas, main: Colour, accent: Colour) -> None:
    c.polygon([(450, 330), (700, 180), (735, 215), (540, 410)], METAL)
    c.polygon([(500, 400), (560, 560), (520, 585), (450, 430)], darker(METAL, 0.12))
    c.line([(250, 650), (480, 400)], 92, main)
    c.line([(270, 630), (460, 420)], 12, lighter(main, 0.35))
    c.ellipse((262, 600, 306, 644), accent)
    c.ellipse((430, 410, 474, 454), accent)


def compass(c: Canvas, main: Colour, accent: Colour) -> None:
    c.ring((400, 140, 500, 240), 16, METAL)
    c.ellipse((235, 220, 665, 650), main)
    c.ellipse((275, 260, 625, 610), (250, 246, 236), depth=0.1)
    c.polygon([(450, 290), (485, 435), (450, 435)], accent)
    c.polygon([(450, 290), (415, 435), (450, 435)], darker(accent, 0.2))
    c.polygon([(450, 580), (485, 435), (415, 435)], METAL)
    c.ellipse((430, 415, 470, 455), INK)


def rope(c: Canvas, main: Colour, accent: Colour) -> None:
    for index in range(6):
        inset = index * 26
        c.ring(
            (210 + inset, 260 + inset * 0.8, 690 - inset, 680 - inset * 0.8),
            22,
            main if index % 2 else accent,
        )
    c.rounded((415, 215, 485, 420), 16, darker(main, 0.3))
