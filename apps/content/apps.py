from django.apps import AppConfig


class ContentConfig(AppConfig):
    """What a store says of itself and how it looks: for now its theme."""

    name = "apps.content"
    label = "content"
