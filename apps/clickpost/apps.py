from django.apps import AppConfig


class ClickPostConfig(AppConfig):
    """ClickPost: parcels through many carriers, and their tracking."""

    name = "apps.clickpost"
    label = "clickpost"
