from django.apps import AppConfig


class SampleConfig(AppConfig):
    name = "tests.tenancy.sample"
    label = "sample"
