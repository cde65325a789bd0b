from django.apps import AppConfig


class SampleConfig(AppConfig):
    name = "tests.tenancy.sample"
    label = "sample"

    def import_models(self) -> None:
        super().import_models()
        from tests.tenancy.sample import documents  # noqa: F401
