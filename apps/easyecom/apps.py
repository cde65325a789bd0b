from django.apps import AppConfig


class EasyEcomConfig(AppConfig):
    """EasyEcom: orders go to its warehouses, and stock, invoices and tracking come back."""

    name = "apps.easyecom"
    label = "easyecom"
