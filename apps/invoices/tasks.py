"""The task of the portal, found by Celery under this name. It is in the services, because issuing a document starts it."""

from apps.invoices.services.sending import send_einvoices

__all__ = ["send_einvoices"]
