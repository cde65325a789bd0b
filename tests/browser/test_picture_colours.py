"""Colours that a PNG gives in numbers: what Chromium shows is what `tests/pictures` expects of the stored picture."""

import base64
from typing import Any

from playwright.sync_api import Browser

from tests.pictures.making import MEASURED, MEASURED_COLOURS, measured_png

# A gamma of 0.45455 is stored as sRGB's curve, for which programs write it; Chromium takes the power alone.
_NEAR = 3
_LOOK = """() => [...document.images].map(image => {
  const canvas = document.createElement("canvas").getContext("2d")
  canvas.drawImage(image, 0, 0)
  return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3)
})"""


def test_a_browser_shows_measured_colours_as_they_are_stored(browser: Browser) -> None:
    files: list[bytes] = []
    wanted: list[Any] = []
    for points, gamma, *seen in MEASURED:
        for sample, colour in zip(MEASURED_COLOURS, seen, strict=True):
            files.append(measured_png(sample, points, gamma).read())
            wanted.append(colour)
    page = browser.new_page()
    images = (base64.b64encode(content).decode() for content in files)
    page.set_content("".join(f'<img src="data:image/png;base64,{image}">' for image in images))
    shown = page.evaluate(_LOOK)
    page.close()
    for one, other in zip(shown, wanted, strict=True):
        assert all(abs(a - b) <= _NEAR for a, b in zip(one, other, strict=True)), (one, other)
