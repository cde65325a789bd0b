from django.apps import AppConfig


class PricesConfig(AppConfig):
    """Which price a buyer pays for a variant, and why: customer groups, price lists, sales, and the history of prices."""

    name = "apps.prices"
    label = "prices"
    verbose_name = "Prices"
