"""Every write of a store's content: its theme and its pages."""

from apps.content.services.pages import (
    PAGE_FIELDS,
    PAGES_CACHE_KEY,
    check_page,
    delete_page,
    forget_pages,
    save_page,
)
from apps.content.services.theme import (
    LOGO_FOLDER,
    LOGO_SIDE,
    THEME_CACHE_KEY,
    THEME_FIELDS,
    forget_theme,
    save_theme,
)

__all__ = [
    "LOGO_FOLDER",
    "LOGO_SIDE",
    "PAGES_CACHE_KEY",
    "PAGE_FIELDS",
    "THEME_CACHE_KEY",
    "THEME_FIELDS",
    "check_page",
    "delete_page",
    "forget_pages",
    "forget_theme",
    "save_page",
    "save_theme",
]
