from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """Backup, restore, move, sandbox and deletion of stores."""

    name = "apps.operations"
    label = "operations"
