"""From a shape's name and two colours to a picture file. The same input gives the same picture."""

from collections.abc import Callable
from io import BytesIO

from apps.demo.pictures import outdoors, table
from apps.demo.pictures.canvas import Canvas, Colour, parse

Drawer = Callable[[Canvas, Colour, Colour], None]

BACKDROPS = ("#e9e1d4", "#dfe5dc", "#e6dcd8", "#d9e1e6", "#ece6d0", "#e2dde8")


def drawer_of(shape: str) -> Drawer:
    """The function that draws `shape`. Raises `AttributeError` for an unknown name."""
    drawer: Drawer = getattr(table, shape, None) or getattr(outdoors, shape)
    return drawer


def draw_product(*, shape: str, main: str, accent: str, seed: int) -> bytes:
    """A JPEG of 900 x 900 pixels. Takes a fifth of a second, most of it without Python's lock."""
    canvas = Canvas(parse(BACKDROPS[seed % len(BACKDROPS)]))
    drawer_of(shape)(canvas, parse(main), parse(accent))
    buffer = BytesIO()
    canvas.finish().save(buffer, "JPEG", quality=88)
    return buffer.getvalue()
