from django.apps import AppConfig


class PlatformConfig(AppConfig):
    """Stores, domains, plans, provisioning, and the machinery that keeps stores apart."""

    name = "apps.platform"
    label = "platform"

    def import_models(self) -> None:
        super().import_models()
        from apps.platform.tenancy.documents.discovery import import_documents

        import_documents()

    def ready(self) -> None:
        from apps.platform.tenancy import (  # noqa: F401  the checks register themselves
            checks,
            citus,
            connections,
            portability,
        )

        connections.install()
