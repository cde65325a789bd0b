"""A careless shop: pages that forget every filter."""

from typing import Any

from django.apps import apps
from django.http import HttpRequest, JsonResponse
from django.urls import include, path

from apps.orders.selectors import get_order_by_access_token


def peek(request: HttpRequest) -> JsonResponse:
    """The keys of all rows of a model, as this request may see them. `?ask` asks who is logged in, as pages do."""
    if "ask" in request.GET:
        bool(request.user.is_authenticated)
    if "token" in request.GET:
        get_order_by_access_token(request.GET["token"])
    model: Any = apps.get_model(request.GET["model"])
    rows = model._default_manager.all()
    return JsonResponse({"database": rows.db, "rows": sorted(str(row.pk) for row in rows)})


urlpatterns = [path("peek/", peek), path("", include("config.urls.store"))]
