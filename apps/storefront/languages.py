"""The visitor's language: for now the store's. Words for Babel, direction for the page."""

from babel import Locale

from apps.common.places import locale_of
from apps.tenancy.context import current_store_or_none


def babel_name(language: str) -> str:
    """The language as Babel surely knows it."""
    return str(locale_of(language))


def current_locale() -> Locale:
    store = current_store_or_none()
    return locale_of(store.language if store is not None else "en")


def direction_of(language: str) -> str:
    return locale_of(language).text_direction
