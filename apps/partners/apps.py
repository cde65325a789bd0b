from django.apps import AppConfig


class PartnersConfig(AppConfig):
    """Programs of partners: the keys by which they use the API, and webhooks by which they hear what happened."""

    name = "apps.partners"
    label = "partners"

    def ready(self) -> None:
        """The OpenAPI document of both hosts is made from the same class of authentication."""
        from apps.partners.api import schemas  # noqa: F401  registers how keys are described
