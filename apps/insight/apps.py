from django.apps import AppConfig


class InsightConfig(AppConfig):
    """What the platform's people read about the business as a whole."""

    name = "apps.insight"
    label = "insight"
