from django.apps import AppConfig


class ReturnsConfig(AppConfig):
    """Return requests of buyers, and exchanges."""

    name = "apps.returns"
    label = "returns"
