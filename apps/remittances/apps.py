from django.apps import AppConfig


class RemittancesConfig(AppConfig):
    """Cash that couriers have collected and hand over: their files against the parcels."""

    name = "apps.remittances"
    label = "remittances"
