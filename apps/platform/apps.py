from django.apps import AppConfig


class PlatformConfig(AppConfig):
    """The registry: stores, their hosts, plans and integrations."""

    name = "apps.platform"
    label = "platform"
