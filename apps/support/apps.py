from django.apps import AppConfig


class SupportConfig(AppConfig):
    """Requests of buyers as tickets: conversations, mail in, the clock of answers, satisfaction."""

    name = "apps.support"
    label = "support"
