"""`inventory/...` and `stock-takes/...`."""

from django.urls import URLPattern, path

from apps.inventory.api import consignments, stock_takes, views


def inventory_urls(find_sku: views.FindSku, find_code: stock_takes.FindCode) -> list[URLPattern]:
    consigned = consignments.ConsignmentListView.as_view(find_sku=find_sku)
    return [
        path("inventory", views.StockView.as_view(find_sku=find_sku), name="inventory"),
        path("inventory/consignments", consigned, name="consignments"),
        path(
            "inventory/consignments/<str:number>/receive",
            consignments.ConsignmentReceiveView.as_view(),
            name="consignment-receive",
        ),
        path(
            "inventory/consignments/<str:number>/cancel",
            consignments.ConsignmentCancelView.as_view(),
            name="consignment-cancel",
        ),
        path("stock-takes", stock_takes.StockTakesView.as_view(), name="stock-takes"),
        path("stock-takes/<uuid:take_id>", stock_takes.StockTakeView.as_view(), name="stock-take"),
        path(
            "stock-takes/<uuid:take_id>/counts",
            stock_takes.StockTakeCountsView.as_view(find_code=find_code),
            name="stock-take-counts",
        ),
    ]
