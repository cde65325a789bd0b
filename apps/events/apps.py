from django.apps import AppConfig


class EventsConfig(AppConfig):
    """Outbox, audit log, idempotency keys: in both SQL homes, the platform's and each store's."""

    name = "apps.events"
    label = "events"

    def ready(self) -> None:
        from apps.events.services.audit import keep_note
        from apps.platform.auditing import keeps_notes

        keeps_notes(keep_note)
