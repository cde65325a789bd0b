"""Rows of the platform home: the one place where connection info of stores lives, encrypted."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.platform.crypto import EncryptedJSONField
from apps.platform.models.stores import Store
from apps.tenancy.models import PlatformModel


class IntegrationConfig(PlatformModel):
    """How a store reaches one outside system (`database`, `storage`, `stripe`, ...). `config` never prints."""

    class Environment(models.TextChoices):
        PRODUCTION = "production", _("production")
        DEVELOPMENT = "development", _("development")

    DATABASE = "database"
    DOCUMENTS = "documents"  # a MongoDB of the store's own

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="integrations")
    kind = models.SlugField(_("kind"), max_length=40)
    environment = models.CharField(
        _("environment"),
        max_length=12,
        choices=Environment.choices,
        default=Environment.PRODUCTION,
    )
    config = EncryptedJSONField(editable=False)
    is_active = models.BooleanField(_("active"), default=True)
    last_checked_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_error = models.CharField(max_length=300, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("integration")
        verbose_name_plural = _("integrations")
        ordering: ClassVar = ["store", "kind", "environment"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["store", "kind", "environment"], name="platform_integration_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.store}: {self.kind} ({self.environment})"


class WebhookSecret(PlatformModel):
    """A secret by which an outside system proves that it is the store's. Only its SHA-256 is kept.

    It decides the store where the address does not, so it is unique in the registry. `ends_at` is set when a newer one
    was made: until then both are good.
    """

    integration = models.ForeignKey(
        IntegrationConfig, on_delete=models.CASCADE, related_name="secrets"
    )
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    ends_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-created_at"]
        verbose_name = _("webhook secret")
        verbose_name_plural = _("webhook secrets")

    def __str__(self) -> str:
        return f"{self.integration} {self.digest[:8]}"
