from django.apps import AppConfig


class FulfilmentConfig(AppConfig):
    """After the sale: ship, deliver, cancel."""

    name = "apps.fulfilment"
    label = "fulfilment"
