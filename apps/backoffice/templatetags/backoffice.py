"""Money, moments, badges and addresses in admin templates."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from apps.backoffice import actor_names, columns
from apps.backoffice.names import title_of
from apps.common.addresses import address_lines, show_phone
from apps.common.amounts import write_amount
from apps.common.moments import format_moment
from apps.common.places import locale_of
from apps.common.text import fold
from apps.inventory.queue import Waiting
from apps.inventory.words import words_for_awaited
from apps.pricing.rules import TaxComponent
from apps.tenancy.context import current_store

register = template.Library()

register.simple_tag(columns.badge, name="badge")
register.simple_tag(columns.payment_badge, name="payment_badge")


register.filter("who", actor_names.who)


@register.filter
def minute(value: datetime | None) -> str:
    """`24 Nov 2026, 3:23 pm`: of what ends by the minute."""
    return "-" if value is None else format_moment(localtime(value), columns.language())


@register.filter
def money(minor: int | None, currency: str) -> str:
    return columns.money(minor, currency)


@register.filter
def tax_label(part: TaxComponent) -> str:
    """`CGST 9%`."""
    return part.label(columns.language())


@register.filter
def amount(minor: int, currency: str) -> str:
    """For an input field, as the store's language writes it: `499.00`, `499,00`."""
    return write_amount(minor, currency, columns.language())


@register.filter
def moment(value: datetime | None) -> SafeString | str:
    return columns.moment(value)


@register.filter
def crumbs(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Where one is, without the app: people do not know apps. What has one page is named once."""
    found = [{**part, "title": title_of(part["title"])} for part in parts[1:] or parts]
    names = [fold(str(part["title"])).removesuffix("s") for part in found]
    return found[1:] if len(found) > 1 and names[0] == names[1] else found


@register.filter
def unlocalized(value: float) -> str:
    """A number for SVG: a point, whatever the language writes."""
    return f"{value:g}"


@register.filter(name="address_lines")
def lines_of_address(address: Mapping[str, Any]) -> SafeString:
    """A copied address in the order of its country, one line each."""
    return format_html_join("", "{}<br>", ((line,) for line in address_lines(address)))


@register.filter
def phone(number: str) -> str:
    """`+91 80 2345 6789 ext. 12`."""
    return show_phone(number)


@register.filter
def awaited(waiting: Waiting, ordered: int) -> str:
    """Which pieces of a line come later, and when."""
    return words_for_awaited(waiting, ordered, str(locale_of(current_store().language)))


@register.filter
def of_line(name: str, line_id: object) -> str:
    """The name of a field that each line has one of."""
    return f"{name}-{line_id}"


@register.simple_tag(takes_context=True)
def kept(context: Any, verb: str, name: str, value: object = "", shipment: object = None) -> object:
    """The input of a refused form, or else `value`."""
    refused = context.get("refused")
    is_here = refused is not None and refused.is_of(verb, shipment)
    return refused.typed.get(name, "") if is_here else value


@register.simple_tag(takes_context=True)
def ticked(context: Any, verb: str, name: str, shipment: object, *, by_itself: bool = False) -> str:
    """`checked`, from a refused form or by default."""
    refused = context.get("refused")
    if refused is not None and refused.is_of(verb, shipment):
        by_itself = name in refused.typed
    return "checked" if by_itself else ""


@register.simple_tag(takes_context=True)
def opened(context: Any, verb: str, shipment: object = None) -> str:
    """`open`, for the drawer of a form that was refused."""
    refused = context.get("refused")
    return "open" if refused is not None and refused.is_of(verb, shipment) else ""


@register.simple_tag(takes_context=True)
def marked(context: Any, verb: str, name: str, shipment: object = None) -> SafeString | str:
    """The attributes of a field that was refused."""
    text, name_of_fault = _fault(context, verb, name, shipment)
    if not text:
        return ""
    return format_html('aria-invalid="true" aria-describedby="{}" autofocus', name_of_fault)


@register.simple_tag(takes_context=True)
def fault(context: Any, verb: str, name: str, shipment: object = None) -> SafeString | str:
    """Why a field was refused, for a place beside it."""
    text, name_of_fault = _fault(context, verb, name, shipment)
    if not text:
        return ""
    return format_html('<span class="bo-error" id="{}" role="alert">{}</span>', name_of_fault, text)


def _fault(context: Any, verb: str, name: str, shipment: object) -> tuple[str, str]:
    """What is said, and its name on the page."""
    refused = context.get("refused")
    if refused is None or not refused.is_of(verb, shipment):
        return "", ""
    return refused.faults.get(name, ""), f"fault-{verb}-{name}"
