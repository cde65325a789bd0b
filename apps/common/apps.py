from django.apps import AppConfig


class CommonConfig(AppConfig):
    """Money, errors, clock, ids: no models, and no imports of other apps."""

    name = "apps.common"
    label = "common"
