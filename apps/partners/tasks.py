"""The task that sends webhooks, found by Celery under this name. It is in the services, because news start it."""

from apps.partners.services.starting import send_webhooks

__all__ = ["send_webhooks"]
