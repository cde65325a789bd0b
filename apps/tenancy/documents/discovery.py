"""Django imports every app's models.py; documents.py is found by its name in the same way."""

from importlib import import_module

from django.apps import apps
from django.utils.module_loading import module_has_submodule


def import_documents() -> None:
    """Register the documents of all installed apps. Called while Django loads models.

    An app with documents only counts as one with models: without that Django makes no permissions for them.
    """
    for config in apps.get_app_configs():
        if config.module is not None and module_has_submodule(config.module, "documents"):
            module = import_module(f"{config.name}.documents")
            if not module_has_submodule(config.module, "models"):
                config.models_module = module
