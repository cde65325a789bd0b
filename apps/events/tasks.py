"""The relay, found by Celery under this name. It is in the services, because writing a message starts it."""

from apps.events.services.relaying import relay_outbox, relay_platform_outbox

__all__ = ["relay_outbox", "relay_platform_outbox"]
