import os

from django.apps import AppConfig


class MeteringConfig(AppConfig):
    """How much each store uses a day: API calls are counted here; the rest where it happens."""

    name = "apps.metering"
    label = "metering"

    def ready(self) -> None:
        from apps.metering.counting import begin_counts

        os.register_at_fork(after_in_child=begin_counts)
