from django.apps import AppConfig


class PricingConfig(AppConfig):
    """What an order costs: shipping methods, tax rates and the arithmetic over them."""

    name = "apps.pricing"
    label = "pricing"
    verbose_name = "Pricing"
