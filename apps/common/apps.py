from importlib import import_module

import django_stubs_ext
from django.apps import AppConfig
from django.conf import settings

# `forms.BaseFormSet[Row]` and the like, for the type checker, also at run time: before any module with models is imported.
django_stubs_ext.monkeypatch()


class CommonConfig(AppConfig):
    """Money, errors, clock, ids: no models, and no imports of other apps."""

    name = "apps.common"
    label = "common"

    def ready(self) -> None:
        """Tasks are published through the app of the settings, in every process."""
        import_module(settings.TASKS_APP)
