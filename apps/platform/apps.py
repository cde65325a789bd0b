from django.apps import AppConfig


class PlatformConfig(AppConfig):
    """Stores, domains, plans, provisioning, and the machinery that keeps stores apart."""

    name = "apps.platform"
    label = "platform"

    def ready(self) -> None:
        from apps.platform.tenancy import checks, connections  # noqa: F401  registers the checks

        connections.install()
