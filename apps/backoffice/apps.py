from django.apps import AppConfig


class BackofficeConfig(AppConfig):
    """The admin sites of the platform and of the stores, their pages and dashboards."""

    name = "apps.backoffice"
    label = "backoffice"
