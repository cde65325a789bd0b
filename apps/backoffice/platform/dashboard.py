"""The platform's start page: stores, orders and requests of 30 days, and what needs a person."""

from datetime import timedelta
from typing import Any

from django.db.models import Count, Q, Sum
from django.http import HttpRequest
from django.utils.translation import gettext

from apps.backoffice.charts import bar_chart
from apps.backoffice.platform.attention import waiting_rows
from apps.common.clock import start_of, today
from apps.platform.models import Store, UsageMetric
from apps.platform.states import StoreStatus

_DAYS = 30


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    day = today()
    stores = Store.objects.aggregate(
        active=Count("id", filter=Q(status=StoreStatus.ACTIVE)),
        opening=Count("id", filter=Q(status=StoreStatus.PROVISIONING)),
        suspended=Count("id", filter=Q(status=StoreStatus.SUSPENDED)),
        fresh=Count("id", filter=Q(created_at__gte=start_of(day - timedelta(days=_DAYS - 1)))),
    )
    orders = dict(
        UsageMetric.objects.filter(on__gt=day - timedelta(days=_DAYS))
        .values_list("on")
        .annotate(Sum("orders_created"))
        .order_by("on")
    )
    last = max([day, *orders])  # east of here it is the next day already
    days = [last - timedelta(days=back) for back in range(_DAYS - 1, -1, -1)]
    context |= {
        "figures": [
            {"title": gettext("Active stores"), "value": stores["active"], "trend": None},
            {"title": gettext("Opened in 30 days"), "value": stores["fresh"], "trend": None},
            {"title": gettext("Being opened"), "value": stores["opening"], "trend": None},
            {"title": gettext("Suspended"), "value": stores["suspended"], "trend": None},
        ],
        "chart": bar_chart(
            [(day, orders.get(day) or 0, str(orders.get(day) or 0)) for day in days]
        ),
        "attention": waiting_rows(request),
        "latest": Store.objects.select_related("plan").order_by("-created_at")[:8],
    }
    return context
