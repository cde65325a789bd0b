from django.apps import AppConfig


class BillingConfig(AppConfig):
    """What merchants pay the platform: subscriptions, their invoices, reminders, suspension."""

    name = "apps.billing"
    label = "billing"
