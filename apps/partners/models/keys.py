"""Keys by which programs of partners use the API of a store."""

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.common.clock import now
from apps.tenancy.models import StoreModel


class ApiKey(StoreModel):
    """A program that may use the API. The key itself is not kept, only its digest.

    After a change of the key the one before is valid until `previous_until`; both are the same actor.
    """

    name = models.CharField(_("name"), max_length=80, help_text=_("The program that has the key."))
    prefix = models.CharField(_("begins with"), max_length=24)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    previous_digest = models.CharField(max_length=64, null=True, unique=True, editable=False)
    previous_until = models.DateTimeField(null=True)
    scopes = models.JSONField(_("scopes"), default=list)
    requests_per_minute = models.PositiveIntegerField(
        _("requests in a minute"),
        null=True,
        blank=True,
        help_text=_("Empty: the usual limit of keys."),
    )
    expires_at = models.DateTimeField(
        _("valid until"), null=True, blank=True, help_text=_("Empty: until it is revoked.")
    )
    revoked_at = models.DateTimeField(_("revoked"), null=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)
    created_by = models.CharField(max_length=200, editable=False)
    created_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        ordering = ("-created_at", "-id")
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")

    def __str__(self) -> str:
        return self.name

    def is_valid_at(self, moment: datetime) -> bool:
        return self.revoked_at is None and (self.expires_at is None or moment < self.expires_at)

    def is_valid(self) -> bool:
        return self.is_valid_at(now())
