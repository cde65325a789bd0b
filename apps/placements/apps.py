from django.apps import AppConfig


class PlacementsConfig(AppConfig):
    """Where a store's tables and documents can be, and how they are made and migrated there."""

    name = "apps.placements"
    label = "placements"

    def ready(self) -> None:
        from apps.placements.lookup import RegistryDirectory
        from apps.tenancy.directory import use_directory

        use_directory(RegistryDirectory())
