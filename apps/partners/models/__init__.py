"""Rows live in the store's own SQL database."""

from apps.partners.models.keys import ApiKey
from apps.partners.models.webhooks import WebhookAttempt, WebhookDelivery, WebhookEndpoint

__all__ = ["ApiKey", "WebhookAttempt", "WebhookDelivery", "WebhookEndpoint"]
