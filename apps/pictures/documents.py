"""Documents home: `kept_pictures`, uploads that wait for their form to be sent again."""

from __future__ import annotations

from django.db import models

from apps.tenancy.documents.models import Document


class KeptPicture(Document):
    """A processed picture that is not used yet. Its `token` can be redeemed once; a sweep deletes it after a day.

    `renditions` is as in the catalog's `Image`.
    """

    token = models.CharField(max_length=36)
    name = models.CharField(max_length=200, blank=True, default="")
    file = models.CharField(max_length=300)
    width = models.IntegerField()
    height = models.IntegerField()
    renditions = models.JSONField(default=dict, blank=True)
    kept_at = models.DateTimeField()

    class Meta:
        db_table = "kept_pictures"
        constraints = [
            models.UniqueConstraint(fields=["store", "token"], name="kept_picture_token")
        ]
        indexes = [models.Index(fields=["store", "kept_at"], name="kept_picture_age")]

    def __str__(self) -> str:
        return self.name or self.token
