from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Mails to people, in the store's name."""

    name = "apps.notifications"
    label = "notifications"
