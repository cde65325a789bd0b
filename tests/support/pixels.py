"""Single pixels of a picture."""

from PIL.Image import Image


def bands(image: Image, at: tuple[int, int]) -> tuple[int, ...]:
    """The values of a pixel, one for each band: of pictures with several."""
    found = image.getpixel(at)
    assert isinstance(found, tuple)
    return found
