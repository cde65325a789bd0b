"""The language of a page's texts, for its `html` element."""

from django import template
from django.utils.translation import get_language

from apps.common.habits import direction_of, text_language_of

register = template.Library()


@register.simple_tag
def text_language() -> str:
    """`en`: the language of texts, whatever the language of dates and amounts."""
    return text_language_of(get_language() or "en")


@register.simple_tag
def text_direction() -> str:
    """`ltr` or `rtl`."""
    return direction_of(text_language())
