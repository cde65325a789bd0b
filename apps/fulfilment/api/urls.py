"""`orders/<id>`, its `status`, `changes`, `split`, `sent-with`, `confirmation`, `returns` and `shipments/<id>`"""

from django.urls import path

from apps.fulfilment.api import changing, confirming, views

urlpatterns = [
    path("orders/<uuid:order_id>", views.OrderView.as_view(), name="order"),
    path("orders/<uuid:order_id>/status", views.OrderStatusView.as_view(), name="order-status"),
    path(
        "orders/<uuid:order_id>/confirmation",
        confirming.ConfirmationView.as_view(),
        name="order-confirmation",
    ),
    path(
        "orders/<uuid:order_id>/confirmation/code",
        confirming.ConfirmationCodeView.as_view(),
        name="order-confirmation-code",
    ),
    path(
        "orders/<uuid:order_id>/changes", changing.OrderChangeView.as_view(), name="order-changes"
    ),
    path("orders/<uuid:order_id>/split", changing.OrderSplitView.as_view(), name="order-split"),
    path(
        "orders/<uuid:order_id>/sent-with",
        changing.OrderTogetherView.as_view(),
        name="order-sent-with",
    ),
    path("orders/<uuid:order_id>/returns", views.ReturnListView.as_view(), name="order-returns"),
    path(
        "orders/<uuid:order_id>/shipments/<uuid:shipment_id>",
        views.ShipmentView.as_view(),
        name="order-shipment",
    ),
]
