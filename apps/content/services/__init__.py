"""Every write of a store's content: its theme and its pages."""

from apps.content.services.pages import (
    PAGE_FIELDS,
    check_page,
    delete_page,
    save_page,
)
from apps.content.services.theme import (
    LOGO_FOLDER,
    LOGO_SIDE,
    THEME_FIELDS,
    save_theme,
)

__all__ = [
    "LOGO_FOLDER",
    "LOGO_SIDE",
    "PAGE_FIELDS",
    "THEME_FIELDS",
    "check_page",
    "delete_page",
    "save_page",
    "save_theme",
]
