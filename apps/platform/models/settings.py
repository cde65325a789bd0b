"""Rows of the platform home: settings that operators change without a deploy."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.platform.tenancy.models import PlatformModel


class PlatformSetting(PlatformModel):
    """A named JSON value. Secrets don't belong here: they come from the environment or an integration config."""

    key = models.CharField(max_length=80, unique=True)
    value = models.JSONField(default=dict, blank=True)
    description = models.CharField(max_length=200, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("setting")
        verbose_name_plural = _("settings")
        ordering: ClassVar = ["key"]

    def __str__(self) -> str:
        return self.key
