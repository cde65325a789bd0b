from django.apps import AppConfig


class DiscountsConfig(AppConfig):
    """Coupons and automatic discounts: their conditions, their arithmetic and how often they were used."""

    name = "apps.discounts"
    label = "discounts"
    verbose_name = "Discounts"
