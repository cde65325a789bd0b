from django.apps import AppConfig


class GatewaysConfig(AppConfig):
    """Payment gateways: the values they exchange, the test gateway and cash, and the inbox of their events."""

    name = "apps.gateways"
    label = "gateways"
