from django.apps import AppConfig


class PricingConfig(AppConfig):
    """What an order costs: shipping methods, tax rates and the arithmetic over them."""

    name = "apps.pricing"
    label = "pricing"
    verbose_name = "Pricing"

    def ready(self) -> None:
        from apps.catalog.tax_classes import listed_by
        from apps.pricing.selectors import list_tax_classes

        listed_by(list_tax_classes)
