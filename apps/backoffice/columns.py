"""Formatting of values in admin lists and pages: money, moments, state badges."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from babel.dates import format_datetime, format_timedelta
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext
from unfold.decorators import display

from apps.common.clock import now
from apps.common.money import format_money, from_minor, shorten_money
from apps.common.progress import show_message
from apps.orders.models import Order
from apps.orders.states import OrderPaymentState
from apps.tenancy.context import current_store_or_none

# One tone a state, for every app: the words of the states do not overlap in meaning.
TONES = {
    "good": {
        "paid",
        "captured",
        "delivered",
        "active",
        "completed",
        "delivered_message",
        "done",
        "succeeded",
        "refund_settled",
        "placed",
        "sent",
        "ok",
        "solved",
        "new_ticket",
        "answer",
    },
    "busy": {
        "processing",
        "approved",
        "inspected",
        "reserved",
        "shipped",
        "partial",
        "running",
        "queued",
        "provisioning",
        "created",
        "held",
        "trial",
        "waiting_buyer",
        "waiting",
        "undoing",
        "deleting",
    },
    "wait": {
        "pending",
        "confirming",
        "unpaid",
        "unfulfilled",
        "cash_due",
        "partially_paid",
        "authorized",
        "underpaid",
        "partially_captured",
        "draft",
        "requested",
        "past_due",
        "in_transit",
        "wished",
        "returning",
        "expected",
        "warning",
        "open",
        "waiting_store",
        "high",
        "note",
    },
    "bad": {"failed", "cancelled", "refused", "dead", "expired", "suspended", "problem", "urgent"},
    "calm": {
        "refunded",
        "partially_refunded",
        "returned",
        "partially_returned",
        "received",
        "void",
        "archived",
        "released",
        "committed",
        "closed",
        "low",
        "normal",
        "ignored",
        "withdrawn",
    },
}


def tone_of(state: str) -> str:
    return next((tone for tone, states in TONES.items() if state in states), "calm")


def payment_badge(order: Order) -> SafeString:
    """The state of an order's money. An order that was cancelled before a payment shows no payment state."""
    if order.is_cancelled and order.paid_at is None:
        return badge(OrderPaymentState.VOID, gettext("nothing due"))
    return badge(order.payment_state, order.get_payment_state_display())


def badge(state: str, label: str | None = None) -> SafeString:
    """A coloured word; the colour is never the only carrier of meaning."""
    return format_html(
        '<span class="bo-badge bo-badge--{}">{}</span>',
        tone_of(state),
        label or state.replace("_", " "),
    )


def thumbnail(url: str) -> SafeString:
    """The small picture of a row, or an empty frame when `url` is empty."""
    if not url:
        return format_html('<span class="bo-thumb__none" aria-hidden="true"></span>')
    return format_html(
        '<img class="bo-list-thumb" src="{}" alt="" width="44" height="44" loading="lazy">', url
    )


def flag(name: str, description: str | Promise) -> Callable[[Any, Any], bool]:
    """A column of yes and no under a heading for people."""

    @display(description=description, boolean=True, ordering=name)
    def shown(admin: Any, row: Any) -> bool:
        return bool(getattr(row, name))

    return shown


def plain(name: str, description: Promise) -> Callable[[Any, Any], Any]:
    """A column of the model under a heading for people."""

    @display(description=description, ordering=name)
    def shown(admin: Any, row: Any) -> Any:
        return getattr(row, name)

    return shown


def stored(name: str, description: Promise) -> Callable[[Any, Any], Any]:
    """As `plain`, for a sentence that the platform stored untranslated."""

    @display(description=description, ordering=name)
    def shown(admin: Any, row: Any) -> str:
        return show_message(getattr(row, name))

    return shown


def words(code: str) -> str:
    """A code as a person reads it: `order.partly_shipped` is "Order: partly shipped"."""
    first, dot, rest = code.replace("_", " ").partition(".")
    return f"{first[:1].upper()}{first[1:]}{': ' if dot else ''}{rest}"


def money(minor: int | None, currency: str) -> str:
    if minor is None:
        return "-"
    return format_money(from_minor(minor, currency), language())


def round_amount(minor: int, currency: str) -> str:
    """For an axis: without decimals where there are none."""
    return shorten_money(from_minor(minor, currency), language())


def moment(value: datetime | None) -> SafeString | str:
    """`3 hours ago`, with the exact moment in the store's time zone as the tooltip."""
    if value is None:
        return "-"
    exact = exact_moment(value)
    relative = format_timedelta(value - now(), add_direction=True, locale=language())
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', value.isoformat(), exact, relative
    )


def exact_moment(value: datetime) -> str:
    """The day and the time of day, in the store's time zone."""
    return format_datetime(value, "medium", tzinfo=get_current_timezone(), locale=language())


def language() -> str:
    """How amounts and moments are written here: as the store does, in English on the platform."""
    store = current_store_or_none()
    return (store.language if store is not None else "en").replace("-", "_")


def milliseconds(count: int | None) -> str:
    """Empty without a time."""
    return "" if count is None else gettext("%(count)s ms") % {"count": f"{count:,}"}
