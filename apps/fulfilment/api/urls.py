"""`orders/<id>`, its `status`, `returns` and `shipments/<id>`"""

from django.urls import path

from apps.fulfilment.api import views

urlpatterns = [
    path("orders/<uuid:order_id>", views.OrderView.as_view(), name="order"),
    path("orders/<uuid:order_id>/status", views.OrderStatusView.as_view(), name="order-status"),
    path("orders/<uuid:order_id>/returns", views.ReturnListView.as_view(), name="order-returns"),
    path(
        "orders/<uuid:order_id>/shipments/<uuid:shipment_id>",
        views.ShipmentView.as_view(),
        name="order-shipment",
    ),
]
