"""`webhook-endpoints/...`"""

from django.urls import path

from apps.partners.api import views

_ONE = "webhook-endpoints/<uuid:endpoint_id>"

urlpatterns = [
    path("webhook-endpoints", views.EndpointListView.as_view(), name="webhook-endpoints"),
    path(_ONE, views.EndpointView.as_view(), name="webhook-endpoint"),
    path(f"{_ONE}/test", views.EndpointTestView.as_view(), name="webhook-endpoint-test"),
    path(f"{_ONE}/secret", views.EndpointSecretView.as_view(), name="webhook-endpoint-secret"),
    path(f"{_ONE}/deliveries", views.DeliveryListView.as_view(), name="webhook-deliveries"),
    path(
        f"{_ONE}/deliveries/<uuid:delivery_id>/replay",
        views.DeliveryReplayView.as_view(),
        name="webhook-delivery-replay",
    ),
]
