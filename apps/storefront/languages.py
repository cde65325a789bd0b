"""The language in which a shop's pages write dates, amounts and places: the store's."""

from babel import Locale

from apps.common.places import locale_of
from apps.tenancy.context import current_store_or_none


def babel_name(language: str) -> str:
    """The language in a form that Babel knows."""
    return str(locale_of(language))


def current_locale() -> Locale:
    store = current_store_or_none()
    return locale_of(store.language if store is not None else "en")
