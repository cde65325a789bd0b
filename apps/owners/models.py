"""Rows of the platform home: what an owner asked for when a store was opened."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.platform.models import Store
from apps.tenancy.models import PlatformModel


class Starter(models.TextChoices):
    """The kind of shop: which starter content a new store has."""

    CLOTHES = "clothes", _("Clothes")
    FOOD = "food", _("Food")
    HANDICRAFT = "handicraft", _("Handicraft")
    DIGITAL = "digital", _("Digital goods")
    COURSES = "courses", _("Courses")
    EMPTY = "empty", _("Something else: begin empty")


class StoreRequest(PlatformModel):
    """One form of an owner, and the store it opened. `key` is the form's: sent twice, it opens one store."""

    store = models.OneToOneField(Store, on_delete=models.CASCADE, related_name="+")
    # as `Store.owner`: people are deleted inside stores too, where this table does not exist
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, related_name="+"
    )
    key = models.UUIDField(editable=False)
    starter = models.CharField(max_length=12, choices=Starter.choices, default=Starter.EMPTY)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-created_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "key"], name="owners_request_one_a_form"),
        ]

    def __str__(self) -> str:
        return f"{self.store} ({self.starter})"
