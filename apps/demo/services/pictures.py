"""The pictures that come with the project: drawn once by `tools/demo_pictures`, ready to be stored as they are."""

import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PIL import Image

from apps.pictures.preparing import Picture, PictureFile

FOLDER = Path(__file__).resolve().parent.parent / "pictures"
_SMALL = 320
Shots = list[dict[str, str]]


@dataclass(frozen=True)
class Shown:
    """One picture of a product. `value` is the option's value it shows; empty: it shows them all."""

    picture: Picture
    alt: str
    value: str


def read_pictures(shop: str, titles: Sequence[str]) -> Iterator[list[Shown]]:
    """The pictures of each product in turn."""
    index = _index()[shop]
    return (_read_all(index.get(title, [])) for title in titles)


@cache
def _index() -> dict[str, dict[str, Shots]]:
    index: dict[str, dict[str, Shots]] = json.loads((FOLDER / "index.json").read_bytes())
    return index


def _read_all(shots: Shots) -> list[Shown]:
    return [Shown(_read(shot["file"]), shot["alt"], shot["value"]) for shot in shots]


def _read(name: str) -> Picture:
    """The file itself as picture and as its wide rendition, and the small one beside it: nothing is encoded."""
    content = (FOLDER / name).read_bytes()
    with Image.open(io.BytesIO(content)) as opened:
        width, height = opened.size
    whole = PictureFile(content, "webp", width, height)
    small = PictureFile((FOLDER / "small" / name).read_bytes(), "webp", _SMALL, _SMALL)
    return Picture(main=whole, renditions={_SMALL: small, 640: whole})
