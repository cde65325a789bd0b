from django.apps import AppConfig


class EventsConfig(AppConfig):
    """Outbox, audit log, idempotency keys: in both SQL homes, the platform's and each store's."""

    name = "apps.events"
    label = "events"
