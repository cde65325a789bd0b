"""The contents of mails about return requests, in the buyer's language."""

from typing import Any

from babel.dates import format_date
from django.conf import settings
from django.urls import reverse
from django.utils import translation

from apps.common.addresses import address_lines
from apps.common.clock import day_of
from apps.common.habits import language_shown
from apps.common.money import format_money, from_minor
from apps.common.places import locale_of
from apps.fulfilment.mails import send_to_buyer
from apps.payments.states import RefundTo
from apps.platform.selectors import get_store, store_url
from apps.returns.models import ReturnRequest
from apps.returns.selectors import find_exchange, return_address
from apps.returns.states import ExchangeState
from apps.tenancy.context import current_store


def mail_news(request: ReturnRequest, news: str, *, about: str = "") -> None:
    """Mail: what happened to a request, and what comes next. Once for each news, and `about` where there are several."""
    order = request.order
    language = language_shown(order.language, otherwise=current_store().language)
    exchange = find_exchange(request) if news == "exchanged" else None
    page = reverse(
        "storefront:order_return",
        args=[order.access_token, request.number],
        urlconf=settings.STORE_URLCONF,
    )
    facts: dict[str, Any] = {
        "news": news,
        "return_number": request.number,
        "decision": request.decision,
        "send_by": _day(request, language),
        "address": _address(language) if news == "approved" else [],
        "replacement": exchange.order.number if exchange and exchange.order else "",
        "is_difference_due": bool(exchange and exchange.state == ExchangeState.UNPAID),
        "refund": _money(request, request.refund_minor, language),
        "refund_place": _place(request, language),
        "lines": [
            {
                "title": line.order_line.title,
                "variant": line.order_line.variant_title,
                "quantity": str(line.quantity),
                "image": line.order_line.image_url,
            }
            for line in request.lines.select_related("order_line")
        ],
        "url": store_url(get_store(current_store().id), page),
    }
    send_to_buyer(order, "return_news", about=f"{request.pk}:{about or news}", facts=facts)


def _address(language: str) -> list[str]:
    """Nothing where the store has no address for returns."""
    address = return_address()
    return address_lines(address, language) if address["line1"] else []


def _day(request: ReturnRequest, language: str) -> str:
    if request.send_by is None:
        return ""
    return format_date(day_of(request.send_by), format="long", locale=str(locale_of(language)))


def _place(request: ReturnRequest, language: str) -> str:
    """Where the money stays in the store; "" for money that goes where it came from."""
    if request.destination == RefundTo.SOURCE:
        return ""
    with translation.override(language):
        return request.get_destination_display()


def _money(request: ReturnRequest, minor: int, language: str) -> str:
    if not minor:
        return ""
    return format_money(from_minor(minor, request.currency), str(locale_of(language)))
