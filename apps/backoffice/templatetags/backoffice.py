"""Money, moments, badges and addresses in admin templates."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from apps.backoffice import columns
from apps.common.amounts import write_amount
from apps.common.places import locale_of

register = template.Library()

register.simple_tag(columns.badge, name="badge")


@register.filter
def money(minor: int | None, currency: str) -> str:
    return columns.money(minor, currency)


@register.filter
def amount(minor: int, currency: str) -> str:
    """For an input field, as the store's language writes it: `499.00`, `499,00`."""
    return write_amount(minor, currency, columns.language())


@register.filter
def moment(value: datetime | None) -> SafeString | str:
    return columns.moment(value)


@register.filter
def unlocalized(value: float) -> str:
    """A number for SVG: a point, whatever the language writes."""
    return f"{value:g}"


@register.filter
def address_lines(address: Mapping[str, Any]) -> SafeString:
    """A copied address, one line each, the country in words."""
    country = str(address.get("country") or "")
    lines = [
        address.get("name"),
        address.get("line1"),
        address.get("line2"),
        " ".join(
            str(address[part]) for part in ("city", "region", "postal_code") if address.get(part)
        ),
        locale_of("en").territories.get(country, country),
    ]
    return format_html_join("", "{}<br>", ((line,) for line in lines if line))
