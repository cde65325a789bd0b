from django.apps import AppConfig


class StorefrontConfig(AppConfig):
    """What customers see: pages, forms, theme."""

    name = "apps.storefront"
    label = "storefront"
