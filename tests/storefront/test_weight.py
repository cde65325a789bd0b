"""What a visitor has to load before the pictures: limits from the design, on the files as they are."""

import gzip
from pathlib import Path
from typing import Any

from django.conf import settings

STATIC = Path(settings.BASE_DIR) / "static/storefront"


def on_the_wire(*paths: Path) -> int:
    return sum(len(gzip.compress(path.read_bytes())) for path in paths)


def test_all_scripts_together_are_small() -> None:
    assert sum(path.stat().st_size for path in STATIC.glob("*.js")) <= 40 * 1024


def test_there_is_one_font_file() -> None:
    assert len(list(STATIC.rglob("*.woff2"))) == 1


def test_a_page_without_pictures_is_light(browse: Any, sell: Any, category: Any) -> None:
    product = sell("Assam", sizes={"S": 3, "L": 2}, category_ids=[category.pk])
    files = on_the_wire(*STATIC.glob("*.css"), *STATIC.glob("*.js"), STATIC / "icons.svg")
    font = (STATIC / "fonts/inter.woff2").stat().st_size
    for path in ("/", "/category/tea/", f"/product/{product.slug}/"):
        assert len(browse.get(path).content) + files + font <= 100 * 1024
