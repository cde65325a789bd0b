"""Errors of a store's content."""

from django.utils.translation import gettext_lazy as _

from apps.common.errors import InvalidInput, NotFound


class InvalidTheme(InvalidInput):
    """`fields` says what is wrong."""

    code = "invalid_theme"
    title = _("Some of the theme's values are not valid.")


class InvalidPage(InvalidInput):
    """`fields` says what is wrong."""

    code = "invalid_page"
    title = _("Some of the page's values are not valid.")


class PageNotFound(NotFound):
    code = "page_not_found"
    title = _("There is no such page.")
