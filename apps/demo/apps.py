from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Two shops with products, people and orders, made through the same services as real ones."""

    name = "apps.demo"
    label = "demo"
