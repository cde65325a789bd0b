"""The pictures that come with the project: drawn once by `tools/demo_pictures`, ready to be stored as they are."""

import io
import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PIL import Image

from apps.pictures.preparing import Picture, PictureFile

FOLDER = Path(__file__).resolve().parent.parent / "pictures"
_SMALL, _QUALITY = 320, 82
Shots = list[dict[str, str]]


@dataclass(frozen=True)
class Shown:
    """One picture of a product. `value` is the option's value it shows; empty: it shows them all."""

    picture: Picture
    alt: str
    value: str


def read_pictures(shop: str, titles: Sequence[str]) -> Iterator[list[Shown]]:
    """The pictures of each product in turn, a few products ahead on other threads."""
    index = _index()[shop]
    with ThreadPoolExecutor(2) as readers:
        yield from readers.map(lambda title: _read_all(index.get(title, [])), titles)


@cache
def _index() -> dict[str, dict[str, Shots]]:
    index: dict[str, dict[str, Shots]] = json.loads((FOLDER / "index.json").read_bytes())
    return index


def _read_all(shots: Shots) -> list[Shown]:
    return [Shown(_read(FOLDER / shot["file"]), shot["alt"], shot["value"]) for shot in shots]


def _read(path: Path) -> Picture:
    """The file itself as picture and as its wide rendition, and a small one: nothing is encoded twice."""
    content = path.read_bytes()
    with Image.open(io.BytesIO(content)) as opened:
        width, height = opened.size
        small = opened.convert("RGB").resize((_SMALL, _SMALL), Image.Resampling.LANCZOS)
    target = io.BytesIO()
    small.save(target, "WEBP", quality=_QUALITY, method=4)
    whole = PictureFile(content, "webp", width, height)
    return Picture(
        main=whole,
        renditions={_SMALL: PictureFile(target.getvalue(), "webp", _SMALL, _SMALL), 640: whole},
    )
