from django.apps import AppConfig


class ShippingConfig(AppConfig):
    """Where a store delivers, from where and when: zones, profiles of goods, pickup places, working days and estimates."""

    name = "apps.shipping"
    label = "shipping"

    def ready(self) -> None:
        from apps.catalog.shipping_profiles import listed_by
        from apps.shipping.selectors import list_profiles

        listed_by(list_profiles)
