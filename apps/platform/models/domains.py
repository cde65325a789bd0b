"""The hosts of stores: claimed by a merchant, and answered on once they are verified."""

from typing import Any, ClassVar, Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_tenants.models import DomainMixin

from apps.platform.models.stores import Store
from apps.platform.names import HOST_PATTERN, HOST_SENTENCE
from apps.platform.states import DomainStatus
from apps.tenancy.models import PlatformModel

# Where the record of a host is: `_polystore.shop.example.com`.
RECORD_PREFIX: Final = "_polystore."


class DomainProof(models.TextChoices):
    """Why a host is the store's: its record said so, or the platform's staff did."""

    NONE = "", _("none")
    RECORD = "record", _("record")
    STAFF = "staff", _("platform")


class Finding(models.TextChoices):
    """What the last look at the record found."""

    NONE = "", _("not looked at yet")
    FOUND = "found", _("found")
    ABSENT = "absent", _("no record found")
    OTHER = "other", _("a record with another value")
    SILENT = "silent", _("the name servers did not answer")


class Domain(PlatformModel, DomainMixin):
    """A host of a store: lower-case, without a port. Only a verified one is answered on; several stores may claim the same one
    until it is verified for one of them. The primary one is the canonical address."""

    domain = models.CharField(
        _("host"), max_length=253, validators=[RegexValidator(HOST_PATTERN, HOST_SENTENCE)]
    )
    tenant = models.ForeignKey(
        Store, on_delete=models.CASCADE, related_name="domains", verbose_name=_("store")
    )
    is_primary = models.BooleanField(_("primary"), default=False)
    # Older releases insert hosts of staff only, which are verified: the database's default is theirs.
    status = models.CharField(
        _("status"),
        max_length=12,
        choices=DomainStatus.choices,
        default=DomainStatus.WAITING,
        db_default=DomainStatus.VERIFIED,
        editable=False,
    )
    proof = models.CharField(
        _("verified by"),
        max_length=8,
        choices=DomainProof.choices,
        blank=True,
        default=DomainProof.NONE,
        db_default=DomainProof.STAFF,
        editable=False,
    )
    # The value of the record that proves the claim.
    token = models.CharField(max_length=64, blank=True, default="", db_default="", editable=False)
    finding = models.CharField(
        _("record"),
        max_length=8,
        choices=Finding.choices,
        blank=True,
        default=Finding.NONE,
        db_default="",
        editable=False,
    )
    # Whether it leads to this installation; None where that is not known.
    points_here = models.BooleanField(_("points here"), null=True, editable=False)
    points_to = models.CharField(
        max_length=300, blank=True, default="", db_default="", editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True)
    # When the present claim began: a row that has expired may be claimed a second time.
    claimed_at = models.DateTimeField(_("claimed"), null=True, editable=False)
    verified_at = models.DateTimeField(_("verified"), null=True, editable=False)
    checked_at = models.DateTimeField(_("looked up"), null=True, editable=False)
    next_check_at = models.DateTimeField(_("next look"), null=True, editable=False)
    # Since when the record of a verified host is missing, and when its owners were notified of it.
    lost_at = models.DateTimeField(_("record missing since"), null=True, editable=False)
    warned_at = models.DateTimeField(null=True, editable=False)

    audit_hides: ClassVar = ("token",)

    class Meta:
        verbose_name = _("host")
        verbose_name_plural = _("hosts")
        ordering: ClassVar = ["-is_primary", "domain"]
        indexes: ClassVar = [
            models.Index(fields=["domain"], name="platform_domain_host"),
            models.Index(
                fields=["next_check_at"],
                name="platform_domain_due",
                condition=models.Q(next_check_at__isnull=False),
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["domain"],
                condition=models.Q(status=DomainStatus.VERIFIED),
                name="platform_domain_one_store",
            ),
            models.UniqueConstraint(fields=["tenant", "domain"], name="platform_domain_one_claim"),
            models.UniqueConstraint(
                fields=["tenant"],
                condition=models.Q(is_primary=True),
                name="platform_domain_one_primary",
            ),
            models.CheckConstraint(
                condition=models.Q(is_primary=False) | models.Q(status=DomainStatus.VERIFIED),
                name="platform_domain_primary_verified",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=DomainStatus.values), name="platform_domain_status"
            ),
        ]

    def __str__(self) -> str:
        return self.domain

    @property
    def is_verified(self) -> bool:
        return self.status == DomainStatus.VERIFIED

    @property
    def record_name(self) -> str:
        return f"{RECORD_PREFIX}{self.domain}"

    def clean(self) -> None:
        """The platform's own hosts have priority, so a store on such a host would never be reached."""
        if self.domain.lower() in settings.PLATFORM_HOSTS:
            raise ValidationError({"domain": _("This host belongs to the platform.")})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Skips the mixin's `save`, whose transaction is on the wrong database. `services.make_primary` changes which
        host is primary."""
        self.domain = self.domain.lower()
        super(DomainMixin, self).save(*args, **kwargs)
