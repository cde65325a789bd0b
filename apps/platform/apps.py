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
        from apps.platform.tenancy import checks, citus, connections  # noqa: F401  registers the checks

        connections.install()
