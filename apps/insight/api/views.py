"""Reads for a tool of the platform's people, in ranges of at most a year. A token of a store is none here."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from django.conf import settings
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.roles import SEES_BUSINESS
from apps.common.api.pagination import slice_rows
from apps.common.api.schemas import documented, paged
from apps.insight.api import serializers as shapes
from apps.insight.definitions import DEFINITIONS
from apps.insight.models import StoreSpan
from apps.insight.reading import read_figures
from apps.insight.selectors import list_cohorts, list_revenue, list_sales
from apps.provisioning.api.views import PlatformStaffView

TAG: Final = "analytics"


class _FiguresView(PlatformStaffView):
    needs: ClassVar[Mapping[str, str]] = {"GET": SEES_BUSINESS}


class DaysView(_FiguresView):
    @documented(
        "Figures of the platform by days",
        operation="analytics_days",
        tag=TAG,
        parameters=[shapes.CurrencyQuery],
        answers={200: shapes.DaysAnswer},
        errors=(403,),
        description="A row for each day that has figures, at most 366. `moved` is what changed the monthly recurring revenue.",
    )
    def get(self, request: Request) -> Response:
        query = self.read_query(shapes.CurrencyQuery)
        found = read_figures(query["span"], query.get("currency", "").upper())
        return Response(shapes.present_days(found))


class RevenueView(_FiguresView):
    @documented(
        "Monthly recurring revenue by days and currencies",
        operation="analytics_revenue",
        tag=TAG,
        parameters=[shapes.SpanQuery],
        answers={200: shapes.RevenuesAnswer},
        errors=(403,),
    )
    def get(self, request: Request) -> Response:
        span = self.read_query(shapes.SpanQuery)["span"]
        rows = [row for row in list_revenue(span) if row["on"] >= span.first]
        return Response({"results": [shapes.present_revenue(row) for row in rows]})


class SalesView(_FiguresView):
    @documented(
        "Gross merchandise value by days and currencies",
        operation="analytics_sales",
        tag=TAG,
        parameters=[shapes.SpanQuery],
        answers={200: shapes.SalesAnswer},
        errors=(403,),
    )
    def get(self, request: Request) -> Response:
        span = self.read_query(shapes.SpanQuery)["span"]
        return Response({"results": [shapes.present_sale(row) for row in list_sales(span)]})


class CohortsView(_FiguresView):
    @documented(
        "Stores by the month in which they opened",
        operation="analytics_cohorts",
        tag=TAG,
        parameters=[shapes.SpanQuery],
        answers={200: shapes.CohortsAnswer},
        errors=(403,),
        description="The stores that opened in the twelve months before the last day, followed through each month since.",
    )
    def get(self, request: Request) -> Response:
        span = self.read_query(shapes.SpanQuery)["span"]
        return Response(
            {"results": [shapes.present_cohort(row) for row in list_cohorts(span.last)]}
        )


class StoresView(_FiguresView):
    @documented(
        "What each store did lately",
        operation="analytics_stores",
        tag=TAG,
        parameters=[shapes.StoresQuery],
        answers={200: paged(shapes.StoreSpanSerializer)},
        errors=(403,),
    )
    def get(self, request: Request) -> Response:
        query = self.read_query(shapes.StoresQuery)
        rows = StoreSpan.objects.filter(days=query["days"]).select_related("store")
        part = slice_rows(rows, limit=query["limit"], cursor=query.get("cursor"), order="pk")
        return Response(part.present(request, _present_span))


def _present_span(span: StoreSpan) -> dict[str, Any]:
    return shapes.present_span(span, settings.PLATFORM_CURRENCY)


class DefinitionsView(_FiguresView):
    @documented(
        "What each figure means",
        operation="analytics_definitions",
        tag=TAG,
        answers={200: shapes.DefinitionsAnswer},
        errors=(403,),
    )
    def get(self, request: Request) -> Response:
        rows = [
            {
                "code": one.code,
                "name": str(one.name),
                "meaning": str(one.meaning),
                "formula": str(one.formula),
                "basis": str(one.source),
            }
            for one in DEFINITIONS
        ]
        return Response({"results": rows})
