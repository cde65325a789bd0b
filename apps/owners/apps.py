from django.apps import AppConfig


class OwnersConfig(AppConfig):
    """Signing up, and the stores of an account."""

    name = "apps.owners"
    label = "owners"
