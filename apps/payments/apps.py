from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    """Payments and refunds of orders, and the ways to pay that a store offers."""

    name = "apps.payments"
    label = "payments"
