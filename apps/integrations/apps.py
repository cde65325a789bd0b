from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    """Outside systems of stores: their credentials, webhooks, and the documents of their orders."""

    name = "apps.integrations"
    label = "integrations"
