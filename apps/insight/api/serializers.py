"""Queries and answers. Amounts are money in their currency; fields are written in camel case, as in all of the platform's API."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from apps.common.api.fields import CodeField, MoneyField
from apps.common.api.pagination import PageQuery
from apps.common.api.serializers import StrictSerializer
from apps.common.money import money_json
from apps.insight.models import CohortMonth, PlatformDay, StoreSpan
from apps.insight.reading import Reading
from apps.insight.replaying import MOVEMENTS
from apps.insight.selectors import Span, monthly
from apps.insight.spans import SPANS


class SpanQuery(StrictSerializer):
    """Both days included; without any the last 90."""

    begin = serializers.DateField(required=False, help_text="The first day.")
    end = serializers.DateField(required=False, help_text="The last day; default: today.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return {**attrs, "span": Span.of(attrs.get("begin"), attrs.get("end"))}


class CurrencyQuery(SpanQuery):
    currency = CodeField(
        max_length=3,
        required=False,
        help_text="Amounts of this currency alone. Left out: all that have a rate, in the platform's.",
    )


class StoresQuery(PageQuery):
    days = serializers.ChoiceField(
        choices=SPANS, default=SPANS[0], help_text="The last so many days, and as many before."
    )


class MovedAnswer(serializers.Serializer[Any]):
    new = MoneyField()
    expansion = MoneyField()
    contraction = MoneyField()
    churn = MoneyField()
    reactivation = MoneyField()


class DayAnswer(serializers.Serializer[Any]):
    on = serializers.DateField()
    mrr = MoneyField()
    moved = MovedAnswer()
    gmv = MoneyField()
    orders = serializers.IntegerField()
    storesOpen = serializers.IntegerField()
    storesOpened = serializers.IntegerField()
    storesActive = serializers.IntegerField()
    storesPaying = serializers.IntegerField()
    trialsRunning = serializers.IntegerField()
    trialsStarted = serializers.IntegerField()
    trialsEnded = serializers.IntegerField()
    trialsConverted = serializers.IntegerField()
    storageBytes = serializers.IntegerField()
    apiCalls = serializers.IntegerField()
    apiErrors = serializers.IntegerField()


class DaysAnswer(serializers.Serializer[Any]):
    begin = serializers.DateField()
    end = serializers.DateField()
    currency = serializers.CharField()
    notConverted = serializers.ListField(
        child=serializers.CharField(), help_text="Currencies without a rate: not in the amounts."
    )
    results = DayAnswer(many=True)


class RevenueAnswer(serializers.Serializer[Any]):
    on = serializers.DateField()
    currency = serializers.CharField()
    stores = serializers.IntegerField()
    mrr = MoneyField()
    moved = MovedAnswer()


class RevenuesAnswer(serializers.Serializer[Any]):
    results = RevenueAnswer(many=True)


class SaleAnswer(serializers.Serializer[Any]):
    on = serializers.DateField()
    orders = serializers.IntegerField()
    gmv = MoneyField()


class SalesAnswer(serializers.Serializer[Any]):
    results = SaleAnswer(many=True)


class CohortAnswer(serializers.Serializer[Any]):
    opened = serializers.DateField()
    month = serializers.DateField()
    stores = serializers.IntegerField()
    active = serializers.IntegerField()
    paying = serializers.IntegerField()


class CohortsAnswer(serializers.Serializer[Any]):
    results = CohortAnswer(many=True)


class StoreSpanSerializer(serializers.Serializer[Any]):
    storeId = serializers.UUIDField()
    slug = serializers.CharField()
    name = serializers.CharField()
    days = serializers.IntegerField()
    gmv = MoneyField()
    gmvConverted = MoneyField(allow_null=True)
    orders = serializers.IntegerField()
    ordersBefore = serializers.IntegerField()
    storageBytes = serializers.IntegerField()
    apiCalls = serializers.IntegerField()
    apiCallsBefore = serializers.IntegerField()
    apiErrors = serializers.IntegerField()
    apiErrorsBefore = serializers.IntegerField()
    apiP50Ms = serializers.IntegerField(
        allow_null=True, help_text="Mean of the days' values, by calls. Null without a time."
    )
    apiP95Ms = serializers.IntegerField(allow_null=True)


class DefinitionAnswer(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()
    meaning = serializers.CharField()
    formula = serializers.CharField()
    basis = serializers.CharField(help_text="What it is computed from.")


class DefinitionsAnswer(serializers.Serializer[Any]):
    results = DefinitionAnswer(many=True)


def present_days(found: Reading) -> dict[str, Any]:
    """Every day that has figures."""
    return {
        "begin": found.span.first,
        "end": found.span.last,
        "currency": found.currency,
        "notConverted": found.unconverted,
        "results": [_day(found, day) for day in found.days],
    }


def _day(found: Reading, day: PlatformDay) -> dict[str, Any]:
    moved = found.revenue.moved.get(day.on, {})
    return {
        "on": day.on,
        "mrr": money_json(monthly(found.revenue.level(day.on)), found.currency),
        "moved": _moved(moved, found.currency),
        "gmv": money_json(found.sales.get(day.on, 0), found.currency),
        "orders": day.orders,
        "storesOpen": day.stores_open,
        "storesOpened": day.stores_opened,
        "storesActive": day.stores_active,
        "storesPaying": day.stores_paying,
        "trialsRunning": day.trials_running,
        "trialsStarted": day.trials_started,
        "trialsEnded": day.trials_ended,
        "trialsConverted": day.trials_converted,
        "storageBytes": day.storage_bytes,
        "apiCalls": day.api_calls,
        "apiErrors": day.api_errors,
    }


def _moved(yearly: Mapping[str, int], currency: str) -> dict[str, Any]:
    return {name: money_json(monthly(yearly.get(name, 0)), currency) for name in MOVEMENTS}


def present_revenue(row: Mapping[str, Any]) -> dict[str, Any]:
    """Of one day and currency."""
    moved = {name: row[f"{name}_minor"] for name in MOVEMENTS}
    return {
        "on": row["on"],
        "currency": row["currency"],
        "stores": row["stores"],
        "mrr": money_json(monthly(row["yearly_minor"]), row["currency"]),
        "moved": _moved(moved, row["currency"]),
    }


def present_sale(row: Mapping[str, Any]) -> dict[str, Any]:
    gmv = money_json(row["value_minor"], row["currency"])
    return {"on": row["on"], "orders": row["orders"], "gmv": gmv}


def present_cohort(row: CohortMonth) -> dict[str, Any]:
    return {
        "opened": row.opened,
        "month": row.month,
        "stores": row.stores,
        "active": row.active,
        "paying": row.paying,
    }


def present_span(span: StoreSpan, platform_currency: str) -> dict[str, Any]:
    converted = span.converted_minor
    return {
        "storeId": span.store_id,
        "slug": span.store.slug,
        "name": span.store.name,
        "days": span.days,
        "gmv": money_json(span.value_minor, span.currency),
        "gmvConverted": None if converted is None else money_json(converted, platform_currency),
        "orders": span.orders,
        "ordersBefore": span.orders_before,
        "storageBytes": span.storage_bytes,
        "apiCalls": span.api_calls,
        "apiCallsBefore": span.api_calls_before,
        "apiErrors": span.api_errors,
        "apiErrorsBefore": span.api_errors_before,
        "apiP50Ms": span.api_p50_ms,
        "apiP95Ms": span.api_p95_ms,
    }
