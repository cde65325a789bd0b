"""Every write of a store's content: the store's theme."""

from collections.abc import Mapping
from typing import Any

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import transaction

from apps.content.errors import InvalidTheme
from apps.content.models import Theme
from apps.platform.auditing import audited

THEME_CACHE_KEY = "content:theme"
THEME_FIELDS = (
    *("brand", "accent", "fonts", "radius", "logo"),
    *("tagline", "announcement", "hero_title", "hero_text", "contact_email"),
)


def save_theme(*, values: Mapping[str, Any]) -> Theme:
    """Change what `values` names and keep the rest. Every page shows it from the next request on."""
    theme = Theme.objects.filter(key="store").first() or Theme()
    for name in THEME_FIELDS:
        if name in values:
            setattr(theme, name, values[name])
    try:
        theme.full_clean(exclude=["key"])
    except ValidationError as invalid:
        raise InvalidTheme(fields=invalid.message_dict) from invalid
    with audited("theme.changed", theme):
        theme.save()
    forget_theme()
    return theme


def forget_theme() -> None:
    """Drop the cached theme once the change is committed."""
    transaction.on_commit(lambda: cache.delete(THEME_CACHE_KEY))
