"""From looks to WebP files, by headless Chromium: `python -m tools.demo_pictures`."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from anyascii import anyascii
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tools.demo_pictures import camp_kitchen, camp_shelf, gear, larder, scenes, table, wear
from tools.demo_pictures.art import FLOOR, SIZE, Art

_SHAPES = (table, larder, gear, camp_kitchen, camp_shelf, wear)
ROOT = Path(__file__).resolve().parent.parent.parent
TARGET = ROOT / "apps" / "demo" / "pictures"
PIXELS, QUALITY = 1000, 80
SMALL, SMALL_QUALITY = 320, 82  # as the shop would make it


@dataclass(frozen=True)
class Look:
    """How a product looks. `colours` are main colour and accent by the option's value; "" where it has one look."""

    shape: str
    colours: dict[str, tuple[str, str]]
    scene: str = ""
    words: str = ""
    kind: str = ""
    place: str = "room"
    close: tuple[float, float, float] | None = None
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Shot:
    """One picture to draw: the SVG, its text, and the option's value it belongs to."""

    name: str
    svg: str
    alt: str
    value: str = ""


def shots_of(title: str, look: Look, number: int) -> Iterator[Shot]:
    """A front view for each colour, then the first colour in a scene, then a part of it from close by."""
    stem = slug_of(title)
    for value, colours in look.colours.items():
        name = f"{stem}-{slug_of(value)}" if value else stem
        alt = f"{title}, {value}" if value else title
        yield Shot(name, _front(title, look, colours, number).svg(), alt, value)
    value, colours = next(iter(look.colours.items()))
    if look.scene:
        words = scenes.SCENES[look.scene][2]
        yield Shot(
            f"{stem}-scene", _scene(title, look, colours, number).svg(), f"{title} {words}", value
        )
    if look.close:
        art = _front(title, look, colours, number + 1)
        yield Shot(f"{stem}-close", art.svg(look.close), f"{title} from close by", value)


def _front(title: str, look: Look, colours: tuple[str, str], number: int) -> Art:
    art = Art()
    _place(look, art, number)
    art.open(
        transform=f"translate(0 34) translate(400 {FLOOR}) scale(1.1) translate(-400 -{FLOOR})"
    )
    _draw(art, title, look, colours)
    art.close()
    return art


def _scene(title: str, look: Look, colours: tuple[str, str], number: int) -> Art:
    art = Art()
    behind, before, _words = scenes.SCENES[look.scene]
    place = "hills" if look.place == "room" and look.scene in ("fire", "stones") else look.place
    getattr(scenes, place)(art, number + 2)
    behind(art)
    art.open(transform=scenes.BESIDE)
    _draw(art, title, look, colours)
    art.close()
    before(art)
    return art


def _place(look: Look, art: Art, number: int) -> None:
    getattr(scenes, look.place)(art, number)


def _draw(art: Art, title: str, look: Look, colours: tuple[str, str]) -> None:
    module: Any = next(m for m in _SHAPES if hasattr(m, look.shape))
    main, accent = colours
    more = {"kind": look.kind} if look.kind else {}
    getattr(module, look.shape)(art, main, accent, words=look.words or title, **more)


def slug_of(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", anyascii(text).lower()).strip("-")


def draw_all(shops: dict[str, dict[str, Look]], chromium: str, only: Collection[str] = ()) -> None:
    """The files of the products named, or of all, and `index.json`, which says what belongs to which product and value."""
    index: dict[str, dict[str, list[dict[str, str]]]] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(
            viewport={"width": SIZE, "height": SIZE}, device_scale_factor=PIXELS / SIZE
        )
        for shop, looks in shops.items():
            index[shop] = {}
            for number, (title, look) in enumerate(looks.items()):
                shots = list(shots_of(title, look, number))
                index[shop][title] = [_entry(shop, shot) for shot in shots]
                for shot in shots if not only or title in only else ():
                    _draw_file(page, TARGET / shop / f"{shot.name}.webp", shot)
        browser.close()
    _keep_only(index)
    text = json.dumps(index, ensure_ascii=False, indent=1)
    (TARGET / "index.json").write_text(f"{text}\n", encoding="utf-8")


def _entry(shop: str, shot: Shot) -> dict[str, str]:
    return {"file": f"{shop}/{shot.name}.webp", "alt": shot.alt, "value": shot.value}


def _draw_file(page: Page, path: Path, shot: Shot) -> None:
    page.set_content(f"<style>body{{margin:0}}svg{{display:block}}</style>{shot.svg}")
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.save(path, "WEBP", quality=QUALITY, method=6)
    save_small(path)


def save_small(path: Path) -> None:
    """The rendition for lists, of the picture as it was saved."""
    target = TARGET / "small" / path.relative_to(TARGET)
    target.parent.mkdir(parents=True, exist_ok=True)
    with Image.open(path) as picture:
        small = picture.convert("RGB").resize((SMALL, SMALL), Image.Resampling.LANCZOS)
    small.save(target, "WEBP", quality=SMALL_QUALITY, method=6)


def _keep_only(index: dict[str, dict[str, list[dict[str, str]]]]) -> None:
    named = {shot["file"] for shop in index.values() for shots in shop.values() for shot in shots}
    for path in TARGET.rglob("*.webp"):
        if path.relative_to(TARGET).as_posix().removeprefix("small/") not in named:
            path.unlink()
