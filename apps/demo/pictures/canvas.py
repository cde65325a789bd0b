"""A studio: soft backdrop, light from the upper left, a shadow on the floor, smooth edges by drawing at twice the size."""

from collections.abc import Sequence

from PIL import Image, ImageChops, ImageDraw, ImageFilter

SIZE = 900
SCALE = 2
Colour = tuple[int, int, int]
Point = tuple[float, float]


def parse(colour: str) -> Colour:
    """`#aabbcc` as three numbers."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """`share` of `other` in `one`, 0 to 1."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def lighter(colour: Colour, share: float) -> Colour:
    return mix(colour, (255, 255, 255), share)


def darker(colour: Colour, share: float) -> Colour:
    return mix(colour, (20, 16, 12), share)


class Canvas:
    """Shapes are given in units of a picture of 900 x 900; each is filled with a gradient from lit to shaded."""

    def __init__(self, backdrop: Colour) -> None:
        self.backdrop = backdrop
        self.image = _backdrop(backdrop)
        self.things = Image.new("RGBA", self.image.size, (0, 0, 0, 0))

    def polygon(self, points: Sequence[Point], colour: Colour, *, depth: float = 0.28) -> None:
        mask, draw = self._mask()
        draw.polygon([(x * SCALE, y * SCALE) for x, y in points], fill=255)
        self._fill(mask, colour, depth)

    def rounded(
        self, box: Sequence[float], radius: float, colour: Colour, *, depth: float = 0.28
    ) -> None:
        mask, draw = self._mask()
        draw.rounded_rectangle([value * SCALE for value in box], radius * SCALE, fill=255)
        self._fill(mask, colour, depth)

    def ellipse(self, box: Sequence[float], colour: Colour, *, depth: float = 0.28) -> None:
        mask, draw = self._mask()
        draw.ellipse([value * SCALE for value in box], fill=255)
        self._fill(mask, colour, depth)

    def dome(self, box: Sequence[float], colour: Colour, *, depth: float = 0.28) -> None:
        """The upper half of an ellipse."""
        mask, draw = self._mask()
        draw.pieslice([value * SCALE for value in box], 180, 360, fill=255)
        self._fill(mask, colour, depth)

    def ring(self, box: Sequence[float], width: float, colour: Colour) -> None:
        mask, draw = self._mask()
        draw.ellipse([value * SCALE for value in box], outline=255, width=round(width * SCALE))
        self._fill(mask, colour, 0.2)

    def line(self, points: Sequence[Point], width: float, colour: Colour) -> None:
        mask, draw = self._mask()
        scaled = [(x * SCALE, y * SCALE) for x, y in points]
        draw.line(scaled, fill=255, width=round(width * SCALE), joint="curve")
        for x, y in (scaled[0], scaled[-1]):
            half = width * SCALE / 2
            draw.ellipse([x - half, y - half, x + half, y + half], fill=255)
        self._fill(mask, colour, 0.1)

    def arc(
        self, box: Sequence[float], start: float, end: float, width: float, colour: Colour
    ) -> None:
        mask, draw = self._mask()
        draw.arc([value * SCALE for value in box], start, end, fill=255, width=round(width * SCALE))
        self._fill(mask, colour, 0.1)

    def finish(self) -> Image.Image:
        """Everything drawn so far on the backdrop, with its shadow."""
        alpha = self.things.getchannel("A")
        shadow = ImageChops.offset(alpha.resize((SIZE // 4, SIZE // 4)), 5, 9)
        shadow = shadow.filter(ImageFilter.GaussianBlur(11)).resize(self.image.size)
        shade = Image.new("RGB", self.image.size, darker(self.backdrop, 0.55))
        self.image.paste(shade, mask=shadow.point(lambda value: round(value * 0.42)))
        self.image.paste(self.things, mask=alpha)
        return self.image.resize((SIZE, SIZE), Image.Resampling.LANCZOS)

    def _mask(self) -> tuple[Image.Image, ImageDraw.ImageDraw]:
        mask = Image.new("L", self.things.size, 0)
        return mask, ImageDraw.Draw(mask)

    def _fill(self, mask: Image.Image, colour: Colour, depth: float) -> None:
        box = mask.getbbox()
        if box is None:
            return
        size = (box[2] - box[0], box[3] - box[1])
        lit, shaded = lighter(colour, depth * 0.55), darker(colour, depth)
        gradient = Image.linear_gradient("L").rotate(90).resize(size)
        surface = Image.composite(
            Image.new("RGB", size, shaded), Image.new("RGB", size, lit), gradient
        )
        self.things.paste(surface, box[:2], mask.crop(box))


def _backdrop(colour: Colour) -> Image.Image:
    """A wall and a floor in one colour, a little lighter behind the thing."""
    side = SIZE * SCALE
    glow = Image.radial_gradient("L").resize((side, side))
    wall = Image.composite(
        Image.new("RGB", (side, side), darker(colour, 0.08)),
        Image.new("RGB", (side, side), lighter(colour, 0.35)),
        glow,
    )
    floor = Image.new("L", (side, side), 0)
    ImageDraw.Draw(floor).rectangle([0, side * 0.72, side, side], fill=70)
    small = floor.resize((SIZE // 4, SIZE // 4)).filter(ImageFilter.GaussianBlur(7))
    wall.paste(darker(colour, 0.12), mask=small.resize((side, side)))
    return wall
