from django.apps import AppConfig


class TenancyConfig(AppConfig):
    """The machinery that keeps stores apart: connections, routers, documents, row security. Independent of `Store`."""

    name = "apps.tenancy"
    label = "tenancy"

    def import_models(self) -> None:
        super().import_models()
        from apps.tenancy.documents.discovery import import_documents

        import_documents()

    def ready(self) -> None:
        from apps.tenancy import checks, citus, connections, portability  # noqa: F401  the checks register themselves

        connections.install()
