"""Rows of the platform home: visits of people of the platform in a store's admin, and what the store allows them."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.common.clock import now
from apps.platform.models.stores import Store
from apps.tenancy.models import PlatformModel


class AccessLevel(models.TextChoices):
    """What the owners of a store allow the platform's support."""

    NONE = "none", _("no visits")
    LOOK = "look", _("look only")
    CHANGE = "change", _("look and change")


class VisitKind(models.TextChoices):
    SUPPORT = "support", _("support of the platform")
    OWNER = "owner", _("owner of the store")


class VisitEnd(models.TextChoices):
    """What ended a visit."""

    BUTTON = "button", _("the visitor")
    TIME = "time", _("its time was over")
    STORE = "store", _("the store allows no visits any more")
    PERSON = "person", _("the visitor lost the permission")
    STATUS = "status", _("the store closed")


class SupportAccess(PlatformModel):
    """A store without a row allows to look. Kept here and not with the store's data: an older backup that is restored allows
    nothing again."""

    store = models.OneToOneField(Store, on_delete=models.CASCADE, related_name="support_access")
    level = models.CharField(
        _("what support may do"),
        max_length=8,
        choices=AccessLevel.choices,
        default=AccessLevel.LOOK,
    )
    until = models.DateField(_("last day of changes"), null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("access of support")
        verbose_name_plural = _("access of support")

    def __str__(self) -> str:
        return f"{self.store} · {self.get_level_display()}"


class StoreVisit(PlatformModel):
    """A link into a store's admin, and the visit that began with it. The link itself is not stored.

    `person_ref` is a user of the platform's home: people are deleted inside stores too, where this table does not exist.
    """

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="visits")
    kind = models.CharField(max_length=8, choices=VisitKind.choices)
    person_ref = models.UUIDField()
    person_label = models.CharField(max_length=254)
    # Follows from the person's password: a visit ends when it changes. Empty: begun before this was kept.
    person_proof = models.CharField(max_length=64, blank=True, default="", db_default="")
    reason = models.TextField()
    host = models.CharField(max_length=253)
    digest = models.CharField(max_length=64, unique=True)
    link_until = models.DateTimeField()
    entered_at = models.DateTimeField(null=True, blank=True)
    until = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=8, choices=VisitEnd.choices, blank=True, default="")
    created_at = models.DateTimeField(default=now)

    class Meta:
        verbose_name = _("visit in a store's admin")
        verbose_name_plural = _("visits in admins of stores")
        ordering: ClassVar = ["-created_at", "-id"]
        indexes: ClassVar = [
            models.Index(
                fields=["until"],
                condition=models.Q(entered_at__isnull=False, ended_at=None),
                name="platform_visit_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_label} · {self.store}"
