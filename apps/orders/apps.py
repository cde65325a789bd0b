from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """Orders as they were placed, with their history."""

    name = "apps.orders"
    label = "orders"
