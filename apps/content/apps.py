from django.apps import AppConfig


class ContentConfig(AppConfig):
    """A store's theme and pages."""

    name = "apps.content"
    label = "content"
