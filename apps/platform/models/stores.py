"""Rows of the platform home: the stores."""

from typing import Any, ClassVar, Final, NoReturn

from django.conf import settings
from django.core.validators import MaxLengthValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_tenants.models import TenantMixin

from apps.platform.names import (
    SCHEMA_PATTERN,
    SLUG_PATTERN,
    SLUG_SENTENCE,
    require_free_word,
)
from apps.platform.states import StoreStatus, SubscriptionStatus
from apps.tenancy.aliases import cluster_alias, documents_alias, own_alias
from apps.tenancy.context import ActiveStore
from apps.tenancy.models import PlatformModel

COUNTERS: Final = frozenset(
    (
        "order_count",
        "storage_used_bytes",
        "storage_counted_at",
        "last_activity_at",
    )
)


class DatabaseType(models.TextChoices):
    """The placement of a store's SQL data."""

    SHARED = "shared", _("shared cluster")
    POSTGRESQL = "postgresql", _("own PostgreSQL")
    SUPABASE = "supabase-database", _("Supabase")
    MYSQL = "mysql", _("own MySQL or MariaDB")


class StorageType(models.TextChoices):
    """Where a store's files are."""

    LOCAL = "local", _("this server")
    S3 = "s3", _("S3-compatible")
    GOOGLE = "google-cloud-storage", _("Google Cloud Storage")
    SUPABASE = "supabase-storage", _("Supabase Storage")
    CLOUDINARY = "cloudinary", _("Cloudinary")


class Store(PlatformModel, TenantMixin):
    """A tenant. Of django-tenants' mixin only the schema name is used: its `with store:`, `activate()` and
    schema creation are not safe with threads (`use_store()` and provisioning take their place)."""

    auto_create_schema = False
    auto_drop_schema = False

    schema_name = models.CharField(
        max_length=63, unique=True, editable=False, validators=[RegexValidator(SCHEMA_PATTERN)]
    )
    name = models.CharField(_("name"), max_length=120)
    slug = models.CharField(
        _("short name"),
        max_length=40,
        unique=True,
        validators=[
            RegexValidator(SLUG_PATTERN, SLUG_SENTENCE),
            MaxLengthValidator(40),
            require_free_word,
        ],
        help_text=_("Lower-case letters, digits and single hyphens; part of the store's address."),
    )
    # DO_NOTHING and no reverse name: people are deleted inside stores too, where this table does not exist.
    # The constraint in the database protects the platform's own.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DO_NOTHING,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("owner"),
    )
    status = models.CharField(
        _("status"),
        max_length=20,
        choices=StoreStatus.choices,
        default=StoreStatus.PROVISIONING,
        editable=False,
    )
    # Why it is suspended, for its staff to read. Empty while it is suspended by our own work, such as a restore.
    suspension_reason = models.TextField(blank=True, editable=False, default="", db_default="")
    suspended_at = models.DateTimeField(null=True, blank=True, editable=False)
    is_active = models.BooleanField(_("active"), default=True)
    is_published = models.BooleanField(_("published"), default=True)

    database_type = models.CharField(
        max_length=20, choices=DatabaseType.choices, default=DatabaseType.SHARED
    )
    database_host = models.CharField(max_length=253, blank=True)
    database_name = models.CharField(max_length=63, blank=True)
    connection_version = models.PositiveIntegerField(default=1, editable=False)
    # Which migrations the store's database has: `template.graph_version()` of that moment.
    schema_version = models.CharField(max_length=64, blank=True, editable=False)
    # The version of the defaults (roles) that the store has: `seeding.refresh_version()`.
    defaults_version = models.CharField(
        max_length=64, blank=True, editable=False, default="", db_default=""
    )
    region = models.CharField(_("cluster"), max_length=40, default="main")
    # Where documents and files are. Fixed at the opening: a move of the tables to another cluster leaves it.
    data_region = models.CharField(_("region"), max_length=40, default="main", editable=False)
    # Counted up with every change of the connection to a MongoDB of the store's own; 0: the region's documents.
    documents_version = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    storage_type = models.CharField(
        max_length=24, choices=StorageType.choices, default=StorageType.LOCAL
    )
    storage_status = models.CharField(
        max_length=20, choices=StoreStatus.choices, default=StoreStatus.ACTIVE, editable=False
    )

    currency = models.CharField(_("currency"), max_length=3, default="INR")
    country = models.CharField(_("country"), max_length=2, default="IN")
    # The ISO code of the state at the opening. Afterwards the tax settings name the state from which the store sells.
    home_region = models.CharField(
        _("state"), max_length=10, blank=True, default="", db_default="", editable=False
    )
    language = models.CharField(_("language"), max_length=10, default="en")
    time_zone = models.CharField(_("time zone"), max_length=64, default="Asia/Kolkata")

    plan = models.ForeignKey("platform.Plan", on_delete=models.PROTECT, related_name="stores")
    subscription_status = models.CharField(
        max_length=12, choices=SubscriptionStatus.choices, default=SubscriptionStatus.TRIAL
    )
    trial_ends_at = models.DateTimeField(null=True, blank=True)
    subscription_started_at = models.DateTimeField(null=True, blank=True)

    # A copy for tests (`branch_store`). The mark stays after the deletion of its live store.
    is_sandbox = models.BooleanField(_("sandbox"), default=False, editable=False)
    sandbox_of = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="sandboxes",
        verbose_name=_("sandbox of"),
    )

    # The outside systems that are sent something, by their codes with blanks between: part of every request's store.
    active_integrations = models.CharField(
        max_length=300, blank=True, default="", db_default="", editable=False
    )

    order_count = models.PositiveIntegerField(default=0, editable=False)
    storage_used_bytes = models.PositiveBigIntegerField(default=0, editable=False)
    storage_counted_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_activity_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(status__in=StoreStatus.values), name="platform_store_status"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def active_store(self) -> ActiveStore:
        """The facts of a store that `use_store()` and code inside the store need."""
        alias = cluster_alias(self.region)
        if self.database_type != DatabaseType.SHARED:
            alias = own_alias("store", self.id, self.connection_version)
        return ActiveStore(
            id=self.id,
            slug=self.slug,
            name=self.name,
            schema=self.schema_name if self.database_type != DatabaseType.MYSQL else "",
            alias=alias,
            currency=self.currency,
            country=self.country,
            language=self.language,
            time_zone=self.time_zone,
            is_sandbox=self.is_sandbox,
            is_suspended=self.status == StoreStatus.SUSPENDED and bool(self.suspension_reason),
            documents_alias=self._documents_alias(),
            data_region=self.data_region,
            integrations=frozenset(self.active_integrations.split()),
        )

    def _documents_alias(self) -> str:
        if self.documents_version:
            return own_alias("documents", self.id, self.documents_version)
        return documents_alias(self.data_region)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Bypasses the mixin, which checks the schema of the current connection and would create one. Counters are changed
        by UPDATE alone: a row that was read a while ago does not write them."""
        if not self._state.adding and not args and kwargs.get("update_fields") is None:
            names = (field.name for field in self._meta.concrete_fields if not field.primary_key)
            kwargs["update_fields"] = [name for name in names if name not in COUNTERS]
        super(TenantMixin, self).save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Bypasses the mixin: deletes only the row. The store's data is dropped by its placement."""
        return super(TenantMixin, self).delete(*args, **kwargs)

    def __enter__(self) -> NoReturn:
        raise TypeError("`with store:` leaks between threads; write `with use_store(store):`.")

    def activate(self) -> NoReturn:
        raise TypeError("`store.activate()` never ends; write `with use_store(store):`.")
