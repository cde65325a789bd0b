"""The store's icon as a file for browsers that ask for `/favicon.ico` whatever a page says."""

from io import BytesIO

from django.core.cache import cache
from django.core.files.storage import default_storage
from PIL import Image, ImageDraw, ImageFont

from apps.content.selectors import find_logo_file, get_theme
from apps.content.theme import ink_on
from apps.tenancy.context import current_store

_SIDE = 48
_SECONDS = 24 * 60 * 60


def get_favicon() -> bytes:
    """The logo on a square, or the first letter of the store's name on its colour. One query when it is not cached."""
    theme = get_theme()
    key = f"storefront:favicon:{theme.version}:{theme.logo_url}:{current_store().name[:1]}"
    icon: bytes | None = cache.get(key)
    if icon is None:
        buffer = BytesIO()
        picture = _logo() or _letter(theme.brand)
        picture.save(buffer, "ICO", sizes=[(16, 16), (32, 32), (_SIDE, _SIDE)])
        icon = buffer.getvalue()
        cache.set(key, icon, timeout=_SECONDS)
    return icon


def _logo() -> Image.Image | None:
    name = find_logo_file()
    if not name:
        return None
    try:
        with default_storage.open(name) as file, Image.open(file) as logo:
            small = logo.convert("RGBA")
    except (OSError, ValueError):
        return None  # a file that is gone costs the logo, not the icon
    small.thumbnail((_SIDE, _SIDE))
    square = Image.new("RGBA", (_SIDE, _SIDE), (0, 0, 0, 0))
    square.paste(small, ((_SIDE - small.width) // 2, (_SIDE - small.height) // 2))
    return square


def _letter(brand: str) -> Image.Image:
    """Letters the built-in font does not have are left out: the colour remains."""
    square = Image.new("RGBA", (_SIDE, _SIDE), (0, 0, 0, 0))
    draw = ImageDraw.Draw(square)
    draw.rounded_rectangle((0, 0, _SIDE - 1, _SIDE - 1), radius=10, fill=brand)
    letter = current_store().name[:1].upper()
    if letter.isascii():
        font = ImageFont.load_default(size=32)
        draw.text((_SIDE / 2, _SIDE / 2), letter, font=font, anchor="mm", fill=ink_on(brand))
    return square
