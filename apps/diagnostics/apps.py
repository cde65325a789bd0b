from django.apps import AppConfig


class DiagnosticsConfig(AppConfig):
    """Checks for operators and load balancers: which databases answer, and where data is stored."""

    name = "apps.diagnostics"
    label = "diagnostics"
