"""Tasks of the outbox and of the audit log. The relay is in the services, because writing a message starts it."""

from celery import shared_task

from apps.events.services.relaying import relay_outbox, relay_platform_outbox
from apps.events.services.sealing import seal_days
from apps.tenancy.tasks import StoreTask


@shared_task(name="events.seal_platform_audit", base=StoreTask, platform=True, ignore_result=True)
def seal_platform_audit() -> int:
    """Seal the days of the platform's own audit log that are over; those of stores have a sweep."""
    return seal_days()


__all__ = ["relay_outbox", "relay_platform_outbox", "seal_platform_audit"]
