"""The store's start page: today and the last 30 days, one chart, what needs attention."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from apps.accounts.roles import SEES_TURNOVER
from apps.backoffice.charts import bar_chart
from apps.backoffice.columns import money, round_amount
from apps.backoffice.store.checklist import checklist_for
from apps.backoffice.store.dead_ends import PAGE as DECISIONS
from apps.backoffice.store.dead_ends import count_dead_ends
from apps.common.clock import today
from apps.fulfilment.models import Shipment
from apps.fulfilment.states import ShipmentState
from apps.inventory.selectors import list_low_stock
from apps.orders.models import Order
from apps.orders.states import FulfilmentState, OrderPaymentState, OrderStatus
from apps.payments.selectors import list_ending_holds
from apps.payments.turnover import DaySales, sales_by_day
from apps.pricing.selectors import is_origin_missing
from apps.support.selectors import count_open
from apps.tenancy.context import current_store

_DAYS = 30


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Some thirty statements, whatever the store's size: what they count by has an index."""
    store = current_store()
    day = today()
    by_day = sales_by_day(since=day - timedelta(days=2 * _DAYS), currency=store.currency)
    days = [day - timedelta(days=back) for back in range(_DAYS - 1, -1, -1)]
    before = [day - timedelta(days=_DAYS) for day in days]
    week = [day - timedelta(days=7)]
    figures = [
        _figure(gettext("Orders today"), by_day, [day], week, "orders"),
        _figure(gettext("Orders in 30 days"), by_day, days, before, "orders"),
    ]
    sees_money = request.user.has_perm(SEES_TURNOVER)
    if sees_money:
        figures = [
            _figure(gettext("Sales today"), by_day, [day], week, "value_minor", store.currency),
            figures[0],
            _figure(
                gettext("Sales in 30 days"), by_day, days, before, "value_minor", store.currency
            ),
            figures[1],
        ]
    context |= {
        "lacks_state": is_origin_missing(),
        "currency": store.currency,
        "figures": figures,
        "sees_money": sees_money,
        "zone": str(timezone.get_current_timezone()),
        "checklist": checklist_for(request),
        "chart": bar_chart(
            [_point(one, by_day, store.currency, sees_money) for one in days],
            (lambda minor: round_amount(minor, store.currency)) if sees_money else str,
        ),
        "chart_title": gettext("Sales in the last 30 days")
        if sees_money
        else gettext("Orders in the last 30 days"),
        "attention": [row for row in _attention(request) if row["count"]],
        "latest": [
            {"row": order, "total": money(order.total_minor, order.currency)}
            for order in Order.objects.order_by("-placed_at")[:8]
        ],
    }
    return context


def _point(
    day: date, by_day: dict[date, DaySales], currency: str, sees_money: bool
) -> tuple[date, int, str]:
    """A bar: the turnover of a day, or the number of its orders for those who may not see turnover."""
    found = by_day.get(day, DaySales())
    value = found.value_minor if sees_money else found.orders
    return day, value, money(value, currency) if sees_money else str(value)


def _figure(
    title: str,
    by_day: dict[date, DaySales],
    days: list[date],
    before: list[date],
    what: str,
    currency: str = "",
) -> dict[str, Any]:
    """A number and its trend against the previous period, in percent; None without a previous value."""
    current = sum(getattr(by_day.get(day, DaySales()), what) for day in days)
    previous = sum(getattr(by_day.get(day, DaySales()), what) for day in before)
    trend = round((current - previous) * 100 / previous) if previous > 0 else None
    shown = money(current, currency) if currency else str(current)
    return {
        "title": title,
        "value": shown,
        "trend": trend,
        "against": "week" if len(days) == 1 else "30 days",
    }


def _attention(request: HttpRequest) -> list[dict[str, Any]]:
    """Only entries whose page this person may open."""
    rows = [row for row in _list_attention() if request.user.has_perm(row["needs"])]
    decisions = _row(
        gettext("Needs a decision"), count_dead_ends(request), reverse(DECISIONS), "call_split"
    )
    return [decisions, *rows]


def _list_attention() -> list[dict[str, Any]]:
    low = list_low_stock().count()
    return [
        *_list_waiting_orders(),
        *_list_tickets(),
        _row(
            gettext("Running low"),
            low,
            reverse("store_admin:inventory_stockitem_changelist") + "?stock=low",
            "inventory_2",
            "inventory.view_stockitem",
        ),
        _row(
            gettext("Parcels on their way back"),
            Shipment.objects.filter(state=ShipmentState.RETURNING, back_at=None).count(),
            reverse("store_admin:fulfilment_shipment_undelivered") + "?list=returning",
            "assignment_return",
            "fulfilment.view_shipment",
        ),
        _row(
            gettext("Holds of banks that end within two days"),
            list_ending_holds().count(),
            reverse("store_admin:payments_payment_changelist") + "?held=ending",
            "lock_clock",
            "payments.view_payment",
        ),
    ]


def _list_tickets() -> list[dict[str, Any]]:
    waiting, late = count_open()
    tickets, needs = reverse("store_admin:support_ticket_changelist"), "support.view_ticket"
    return [
        _row(
            gettext("Tickets that wait for us"),
            waiting,
            f"{tickets}?desk=waiting",
            "support_agent",
            needs,
        ),
        _row(gettext("Tickets that are late"), late, f"{tickets}?desk=overdue", "alarm", needs),
    ]


def _list_waiting_orders() -> list[dict[str, Any]]:
    orders = reverse("store_admin:orders_order_changelist")
    waiting = Order.objects.aggregate(
        to_ship=Count(
            "id",
            filter=Q(
                status=OrderStatus.PROCESSING,
                fulfilment_state__in=[FulfilmentState.UNFULFILLED, FulfilmentState.PARTIAL],
            ),
        ),
        unpaid=Count("id", filter=Q(status=OrderStatus.PENDING)),
        failed=Count(
            "id", filter=Q(status=OrderStatus.PENDING, payment_state=OrderPaymentState.FAILED)
        ),
        underpaid=Count(
            "id",
            filter=Q(payment_state=OrderPaymentState.UNDERPAID, cancelled_at__isnull=True),
        ),
    )
    return [
        _row(
            gettext("To ship"),
            waiting["to_ship"],
            f"{orders}?status__exact=processing",
            "local_shipping",
        ),
        _row(
            gettext("Waiting for payment"),
            waiting["unpaid"],
            f"{orders}?status__exact=pending",
            "hourglass_top",
        ),
        _row(
            gettext("Payment failed"),
            waiting["failed"],
            f"{orders}?payment_state__exact=failed",
            "error",
        ),
        _row(
            gettext("Underpaid"),
            waiting["underpaid"],
            f"{orders}?payment_state__exact=underpaid",
            "warning",
        ),
    ]


def _row(
    title: str, count: int, url: str, icon: str, needs: str = "orders.view_order"
) -> dict[str, Any]:
    return {"title": title, "count": count, "url": url, "icon": icon, "needs": needs}
