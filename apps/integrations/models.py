"""Store home: the outside systems that a store is connected to. Their credentials are in the registry, sealed."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.integrations.values import Environment, Incident, code_of
from apps.tenancy.models import StoreModel


class Integration(StoreModel):
    """One outside system in one environment. Paused (`is_active` False), it is sent nothing, and what it sends waits.

    `last_contact_at` and `last_error` are about calls to it; what it sends is in the inbox. `is_refused`: the last call was
    refused for its credentials. `incident`: staff have a mail that it is silent or refuses them, and none yet that it is over.
    """

    kind = models.CharField(_("system"), max_length=32)
    environment = models.CharField(
        _("environment"),
        max_length=12,
        choices=Environment.choices,
        default=Environment.PRODUCTION,
    )
    is_active = models.BooleanField(_("active"), default=True)
    last_contact_at = models.DateTimeField(_("last call that worked"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=300, blank=True, default="")
    last_error_at = models.DateTimeField(_("last error at"), null=True, blank=True)
    is_refused = models.BooleanField(_("credentials refused"), default=False, db_default=False)
    incident = models.CharField(
        _("incident"),
        max_length=12,
        choices=Incident.choices,
        blank=True,
        default="",
        db_default="",
    )
    incident_at = models.DateTimeField(_("incident since"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering: ClassVar = ["kind", "environment"]
        verbose_name = _("integration")
        verbose_name_plural = _("integrations")
        permissions: ClassVar = [
            ("change_integrationkeys", "Can change credentials and webhook secrets of integrations")
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "environment"], name="integrations_once")
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        """`clickpost`, `clickpost-dev`: its source in the inbox."""
        return code_of(self.kind, self.environment)
