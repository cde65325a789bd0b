from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """What was bought, as it was, with its history."""

    name = "apps.orders"
    label = "orders"
