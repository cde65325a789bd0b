from django.apps import AppConfig


class DiagnosticsConfig(AppConfig):
    """What operators and load balancers ask: which databases answer, and what is stored where."""

    name = "apps.diagnostics"
    label = "diagnostics"
