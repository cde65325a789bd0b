"""Shared home: the platform's staff in the master database, a store's people in the store's own database."""

from typing import Any, ClassVar, Self

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import DEFAULT_DB_ALIAS, models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.accounts.roles import Role
from apps.common.web import normalize_email
from apps.tenancy.context import current_store_or_none
from apps.tenancy.models import SharedModel


class LowerCaseEmailField(models.EmailField):
    """Kept and looked up in lower case, so that a plain unique constraint means "whatever the case" everywhere."""

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return normalize_email(value) if isinstance(value, str) else value

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return normalize_email(value) if isinstance(value, str) else value


class UserManager(BaseUserManager["User"]):
    """Creates users of the active home."""

    def db_manager(self, using: str | None = None, hints: Any = None) -> Self:
        """`manage.py createsuperuser` asks for `default`, which is no database without a store: the router decides."""
        if using == DEFAULT_DB_ALIAS and current_store_or_none() is None:
            using = None
        return super().db_manager(using, hints)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=username or "")

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        rights = {"is_staff": True, "is_superuser": True, "role": Role.OWNER}
        return self.create_user(email, password, **{**fields, **rights})


class User(SharedModel, AbstractBaseUser, PermissionsMixin):
    """A person who logs in by e-mail. A login of one store is not valid at another store or on the platform."""

    email = LowerCaseEmailField(unique=True, max_length=254)
    first_name = models.CharField(max_length=100, blank=True)
    last_name = models.CharField(max_length=100, blank=True)
    phone = models.CharField(max_length=32, blank=True)
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.CUSTOMER)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    gets_order_mails = models.BooleanField(
        "mail on new orders",
        default=False,
        db_default=False,
        help_text=_("For staff who may see orders."),
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        ordering = ("-created_at",)
        # lists of them are of staff: a store's customers are a list of their own
        verbose_name = _("staff member")
        verbose_name_plural = _("staff")

    def __str__(self) -> str:
        return self.email

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.email

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """In a suspended store every role is read only; a user's own password needs no permission."""
        store = current_store_or_none()
        if store is not None and store.is_suspended and ".view_" not in perm:
            return False
        return super().has_perm(perm, obj)

    @property
    def audit_label(self) -> str:
        """What the audit log calls them forever: buyers, and owners of stores on the platform, go without their name, which may
        have to be forgotten."""
        if self.is_staff:
            return self.email
        is_owner = current_store_or_none() is None
        words = gettext("Owner %(value)s") if is_owner else gettext("Customer %(value)s")
        return words % {"value": str(self.pk)[-8:]}

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.first_name or self.email


class Customer(User):
    """The people of a store who buy there and do not work there, as a list of their own in its admin."""

    class Meta:
        proxy = True
        default_permissions = ()  # those of a user
        ordering = ("-created_at",)
        verbose_name = _("customer")
        verbose_name_plural = _("customers")


class CustomerNote(SharedModel):
    """A note of staff about a buyer. Guests have no row of their own: their e-mail address stands for them."""

    email = LowerCaseEmailField(max_length=254, db_index=True)
    text = models.TextField()
    author = models.CharField(max_length=254)
    created_at = models.DateTimeField(auto_now_add=True)

    audit_hides: ClassVar[tuple[str, ...]] = ("text",)

    class Meta:
        ordering = ("-created_at", "-id")

    def __str__(self) -> str:
        return "Note about a customer"


class Address(SharedModel):
    """A saved address of a customer. Orders copy it; changing it here changes no order."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="addresses")
    name = models.CharField(max_length=120)
    line1 = models.CharField(max_length=200)
    line2 = models.CharField(max_length=200, blank=True)
    city = models.CharField(max_length=100)
    region = models.CharField(max_length=100, blank=True)
    postal_code = models.CharField(max_length=20, blank=True)
    country = models.CharField(max_length=2)
    phone = models.CharField(max_length=32, blank=True)
    company = models.CharField(max_length=120, blank=True, default="", db_default="")
    tax_number = models.CharField(
        max_length=24,
        blank=True,
        default="",
        db_default="",
        help_text=_("GSTIN, VAT ID or the like, for invoices."),
    )
    is_default = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-is_default", "-created_at")
        verbose_name_plural = _("addresses")

    def __str__(self) -> str:
        return ", ".join(part for part in (self.name, self.line1, self.city, self.country) if part)

    def as_dict(self) -> dict[str, str]:
        """The address as checkout and orders hold it."""
        names = ("name", "line1", "line2", "city", "region", "postal_code", "country", "phone")
        return {name: getattr(self, name) for name in names}
