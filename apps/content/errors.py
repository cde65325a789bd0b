"""What can go wrong with a store's content."""

from apps.common.errors import InvalidInput


class InvalidTheme(InvalidInput):
    """`fields` says what is wrong."""

    code = "invalid_theme"
    title = "Some of the theme's values are not valid."
