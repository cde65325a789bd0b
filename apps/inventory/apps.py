from django.apps import AppConfig


class InventoryConfig(AppConfig):
    """Warehouses, counted stock, reservations and the ledger of movements."""

    name = "apps.inventory"
    label = "inventory"
