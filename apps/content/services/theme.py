"""Every write of a store's content: the store's theme."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import transaction

from apps.common.typed_text import Code, Email, Kind, Line, clean_texts
from apps.content.errors import InvalidTheme
from apps.content.models import Theme
from apps.pictures.documents import KeptPicture
from apps.pictures.forms import NO_LONGER_KEPT
from apps.pictures.preparing import prepare_picture
from apps.pictures.services import delete_files, put_back, store_picture, take_kept
from apps.platform.auditing import audited
from apps.tenancy.single_rows import single_row

LOGO_FOLDER, LOGO_SIDE = "theme", 1200
THEME_FIELDS = (
    *("brand", "accent", "fonts", "radius", "logo"),
    *("tagline", "announcement", "hero_title", "hero_text", "contact_email"),
    "latin_addresses",
)

TEXTS: Mapping[str, Kind] = {
    "brand": Code(7),
    "accent": Code(7),
    "tagline": Line(160),
    "announcement": Line(160),
    "hero_title": Line(120),
    "hero_text": Line(300),
    "contact_email": Email(),
}


def save_theme(*, values: Mapping[str, Any]) -> Theme:
    """Change the fields that `values` names and keep the others. Every page shows it from the next request on.

    `logo` is an upload, the token of a kept one, or "" for none; pages may show the old one for as long as they are
    cached, so its file stays. Raises `InvalidTheme` and `ImageRejected`.
    """
    values = {**values, **clean_texts(values, TEXTS, InvalidTheme)}
    theme = single_row(Theme)
    for name in THEME_FIELDS:
        if name in values and name != "logo":
            setattr(theme, name, values[name])
    try:
        theme.full_clean(exclude=["key"])
    except ValidationError as invalid:
        raise InvalidTheme(fields=invalid.message_dict) from invalid
    with transaction.atomic(), _logo(theme, values.get("logo")), audited("theme.changed", theme):
        theme.save()
    return theme


@contextmanager
def _logo(theme: Theme, logo: File | str | None) -> Iterator[None]:
    """The theme gets its logo. When saving fails, a kept picture waits for its form again and an upload is deleted.

    Called inside the transaction: after an error at commit the theme may refer to the picture.
    """
    taken: list[KeptPicture] = []
    stored: set[str] = set()
    if isinstance(logo, File):
        picture = prepare_picture(logo, longest_side=LOGO_SIDE, widths=())
        new = store_picture(picture, folder=LOGO_FOLDER)
        stored, theme.logo = new.files, new.file
    elif logo:
        taken = list(take_kept([logo]).values())
        if not taken:
            raise InvalidTheme(fields={"logo": [str(NO_LONGER_KEPT)]})
        theme.logo = taken[0].file
    elif logo is not None:
        theme.logo = ""
    try:
        yield
    except Exception:
        put_back(taken)
        delete_files(stored)
        raise
