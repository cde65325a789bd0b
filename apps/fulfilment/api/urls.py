"""`orders/<id>` and `orders/<id>/status`"""

from django.urls import path

from apps.fulfilment.api import views

urlpatterns = [
    path("orders/<uuid:order_id>", views.OrderView.as_view(), name="order"),
    path("orders/<uuid:order_id>/status", views.OrderStatusView.as_view(), name="order-status"),
]
