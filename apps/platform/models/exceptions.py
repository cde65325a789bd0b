"""Rows of the platform home: exceptions from the limits of plans, and notices of limits that come near."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.platform.models.billing import LimitName
from apps.platform.models.stores import Store
from apps.tenancy.models import PlatformModel

PLACEMENTS = "placements"


def grantable() -> list[tuple[str, Any]]:
    return [*LimitName.choices, (PLACEMENTS, _("every kind of database"))]


class LimitGrant(PlatformModel):
    """More of one limit for one store, until a day. It ends by itself; of several the most generous counts."""

    store = models.ForeignKey(
        Store, on_delete=models.CASCADE, related_name="grants", verbose_name=_("store")
    )
    limit = models.CharField(_("limit"), max_length=40, choices=grantable)
    value = models.PositiveIntegerField(
        _("how many"),
        null=True,
        blank=True,
        help_text=_("In all, not in addition. Empty: any number."),
    )
    until = models.DateField(_("last day"))
    reason = models.CharField(_("reason"), max_length=200)
    granted_by = models.CharField(_("granted by"), max_length=254, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("exception from a limit")
        verbose_name_plural = _("exceptions from limits")
        ordering: ClassVar = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.store} · {self.get_limit_display()}"


class LimitNotice(PlatformModel):
    """The owners of a store were notified of a share of a month's limit: once each."""

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="limit_notices")
    limit = models.CharField(max_length=40, choices=LimitName.choices)
    month = models.DateField()
    percent = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-created_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["store", "limit", "month", "percent"], name="platform_limit_notice_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.store} · {self.limit} · {self.percent} %"
