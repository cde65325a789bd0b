"""`payments/...` and `orders/<id>/payment`"""

from django.urls import path

from apps.payments.api import views
from apps.payments.webhooks import GatewayWebhookView

urlpatterns = [
    path("payments/create-intent", views.IntentView.as_view(), name="payment-intent"),
    path("payments/<uuid:payment_id>/test-bank", views.TestBankView.as_view(), name="test-bank"),
    path("payments/webhook/<str:gateway>", GatewayWebhookView.as_view(), name="payment-webhook"),
    path(
        "orders/<uuid:order_id>/payment", views.OrderPaymentsView.as_view(), name="order-payments"
    ),
]
