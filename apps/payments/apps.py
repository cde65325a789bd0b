from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    """Payments, refunds, the inbox of gateway events, and the gateways themselves."""

    name = "apps.payments"
    label = "payments"
