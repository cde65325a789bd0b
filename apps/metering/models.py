"""Rows live in the platform's database: which batches of API calls are in the days of stores."""

from django.db import models

from apps.common.clock import now
from apps.tenancy.models import PlatformModel


class CountedBatch(PlatformModel):
    """A batch of counts, by the id that it has in the shared cache: written with its counts, so that it counts once."""

    counted_at = models.DateTimeField(default=now, db_index=True)

    def __str__(self) -> str:
        return str(self.pk)
