"""Errors of a store's content."""

from apps.common.errors import InvalidInput, NotFound


class InvalidTheme(InvalidInput):
    """`fields` says what is wrong."""

    code = "invalid_theme"
    title = "Some of the theme's values are not valid."


class InvalidPage(InvalidInput):
    """`fields` says what is wrong."""

    code = "invalid_page"
    title = "Some of the page's values are not valid."


class PageNotFound(NotFound):
    code = "page_not_found"
    title = "There is no such page."
