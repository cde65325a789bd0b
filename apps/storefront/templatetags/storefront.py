"""Words, money, dates and pictures as pages show them."""

from collections.abc import Hashable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal
from django import template
from django.core.files.storage import default_storage
from django.forms import BaseForm, BoundField
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from apps.carts.gifts import GiftDetails
from apps.catalog.selectors import CategoryNode
from apps.common.addresses import address_line, address_lines
from apps.common.moments import format_moment
from apps.common.money import Money, format_money, from_minor
from apps.inventory.queue import Waiting
from apps.inventory.words import words_for_awaited
from apps.payments.models import Payment
from apps.payments.stored_value import paid_with
from apps.pricing.rules import TaxComponent
from apps.storefront import fragments
from apps.storefront.cards import Card, Photo
from apps.storefront.languages import current_locale
from apps.storefront.page_cache import holes
from apps.storefront.paths import path_of

register = template.Library()


@register.filter
def money(value: Any, currency: str = "") -> str:
    """`{{ order.total_minor|money:order.currency }}` for minor units, `{{ view.subtotal|money }}` for `Money`."""
    if value is None or value == "":
        return ""
    amount = value if isinstance(value, Money) else from_minor(int(value), currency)
    return format_money(amount, str(current_locale()))


@register.filter
def tax_label(part: TaxComponent) -> str:
    """`CGST 9%`."""
    return part.label(str(current_locale()))


@register.filter
def number(value: Any) -> str:
    return _number(value, str(current_locale()))


@lru_cache(maxsize=2_000)
def _number(value: Any, locale: str) -> str:
    return format_decimal(value, locale=locale)


@register.filter
def day(value: date | datetime | None) -> str:
    """`24 November 2026`, in the store's language and time zone."""
    return format_date(_local(value), format="long", locale=current_locale()) if value else ""


@register.filter
def short_day(value: date | datetime | None) -> str:
    """`Tue, 24 Nov` as the language writes it."""
    return format_date(_local(value), format="EEE, d MMM", locale=current_locale()) if value else ""


@register.filter
def of_key(found: Mapping[str, Any] | None, key: str) -> Any:
    return (found or {}).get(key)


@register.filter
def awaited(waiting: Waiting, ordered: int) -> str:
    """Which pieces of a line come later, and when."""
    return words_for_awaited(waiting, ordered, str(current_locale()))


@register.filter
def moment(value: datetime | None) -> str:
    return format_moment(_local(value), current_locale()) if value else ""


@register.filter(name="address_lines")
def lines_of_address(address: Any) -> list[str]:
    """A saved or an ordered address in the order of its country, one line each."""
    return address_lines(_mapping(address), str(current_locale()))


@register.filter(name="address_line")
def line_of_address(address: Any) -> str:
    """The same on one line, without the name."""
    return address_line(_mapping(address), str(current_locale()))


@register.filter
def media(name: str) -> str:
    """The address of an uploaded file by its storage name."""
    return default_storage.url(name) if name else ""


@register.simple_tag
@lru_cache(maxsize=100)
def icon(name: str) -> SafeString:
    """An icon from the sprite; decoration only, so hidden from screen readers."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>',
        static("storefront/icons.svg"),
        name,
    )


@register.inclusion_tag("storefront/parts/field.html")
def field(bound: BoundField, width: str = "", hint: str = "") -> dict[str, Any]:
    """One form field with its label, hint and errors, tied together for screen readers."""
    described = [f"{bound.id_for_label}-hint"] if hint or bound.help_text else []
    if bound.errors:
        described.append(f"{bound.id_for_label}-errors")
        bound.field.widget.attrs["aria-invalid"] = "true"
    if described:
        bound.field.widget.attrs["aria-describedby"] = " ".join(described)
    return {
        "field": bound,
        "width": width,
        "hint": hint or bound.help_text,
        "is_optional": getattr(bound.field, "is_optional", not bound.field.required),
    }


@register.filter(name="paid_with")
def shown_payment(payment: Payment) -> str:
    """`Gift card …Q9TX`, or the provider's name."""
    return paid_with(payment)


@register.filter
def gift_details(gift: GiftDetails | dict[str, Any] | None) -> GiftDetails:
    """The details of a gift card, also as a line of an order keeps them."""
    return gift if isinstance(gift, GiftDetails) else GiftDetails.read(gift)


@register.simple_tag
def error_list(form: BaseForm) -> list[dict[str, str]]:
    """Every wrong field once, in the order of the form, for the summary on top."""
    return [
        {"id": bound.id_for_label, "label": str(bound.label), "error": str(bound.errors[0])}
        for bound in form
        if bound.errors
    ]


@register.simple_tag
def photo(
    image: Photo, sizes: str = "", *, eager: Any = False, alt: str | None = None
) -> SafeString:
    """A picture in all its widths. `eager` for what is on the screen at once; everything else loads lazily."""
    return fragments.photo_html(image, sizes, bool(eager), image.alt if alt is None else alt)


@register.simple_tag(name="card")
def product_card(card: Card, *, eager: Any = False) -> SafeString:
    """A product in a list."""
    return fragments.card_html(card, eager=bool(eager))


@register.simple_tag
def gallery(photos: Sequence[Photo], title: str) -> SafeString:
    return fragments.gallery_html(photos, title)


@register.simple_tag
def crumbs(*, node: CategoryNode | None = None, leaf: str = "") -> SafeString:
    """The way to this page; without `leaf`, to the category's own."""
    return fragments.crumbs_html(node or None, leaf)


@register.simple_tag
def part(name: str, **values: Hashable) -> SafeString:
    """`{% part "promise" earliest=delivery.earliest %}`: `{% include %}` for a template that sees nothing but these values."""
    return fragments.part_html(name, values)


@register.simple_tag
def path(name: str, *arguments: str) -> str:
    """The path of a page of the shop: `{% url %}` for the links that come often."""
    return path_of(name, *arguments)


@register.simple_tag
def site_head() -> SafeString:
    return fragments.site_head()


@register.simple_tag(takes_context=True)
def site_header(context: template.Context) -> SafeString:
    """The header of every page; the link to the cart is a hole in a page for every visitor."""
    marks = holes.marks_of(context.get("request"))
    count = context.get("cart_count") or 0
    return fragments.site_header(
        current_slug=context.get("current_slug") or "",
        query=context.get("query") or "",
        cart_link=marks.cart if marks else holes.cart_link(count),
    )


@register.simple_tag
def site_footer() -> SafeString:
    return fragments.site_footer()


def _mapping(address: Any) -> Mapping[str, Any]:
    return address if isinstance(address, Mapping) else address.as_dict()


def _local(value: date | datetime | None) -> Any:
    return timezone.localtime(value) if isinstance(value, datetime) else value
