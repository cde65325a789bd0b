"""`inventory/...` and `stock-takes/...`."""

from django.urls import URLPattern, path

from apps.inventory.api import stock_takes, views


def inventory_urls(find_sku: views.FindSku, find_code: stock_takes.FindCode) -> list[URLPattern]:
    return [
        path("inventory", views.StockView.as_view(find_sku=find_sku), name="inventory"),
        path("stock-takes", stock_takes.StockTakesView.as_view(), name="stock-takes"),
        path("stock-takes/<uuid:take_id>", stock_takes.StockTakeView.as_view(), name="stock-take"),
        path(
            "stock-takes/<uuid:take_id>/counts",
            stock_takes.StockTakeCountsView.as_view(find_code=find_code),
            name="stock-take-counts",
        ),
    ]
