from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class EventsConfig(AppConfig):
    """Outbox, audit log, idempotency keys: in both SQL homes, the platform's and each store's."""

    name = "apps.events"
    label = "events"

    def ready(self) -> None:
        """Find every app's `consumers.py`, as Django's admin finds `admin.py`."""
        autodiscover_modules("consumers")
