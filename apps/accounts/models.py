"""Shared home: the platform's staff in the master database, a store's people in the store's own database."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models

from apps.platform.tenancy.models import SharedModel


class UserManager(BaseUserManager["User"]):
    """Creates users; e-mail addresses are compared and kept in lower case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=normalize_email(username or ""))

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(
            email, password, **{**fields, "is_staff": True, "is_superuser": True}
        )


def normalize_email(email: str) -> str:
    return email.strip().lower()


class Role(models.TextChoices):
    CUSTOMER = "customer", "Customer"
    READ_ONLY = "read_only", "Read only"
    SUPPORT = "support", "Support"
    FULFILMENT = "fulfilment", "Fulfilment"
    CATALOG = "catalog", "Catalog"
    MANAGER = "manager", "Manager"
    OWNER = "owner", "Owner"


class User(SharedModel, AbstractBaseUser, PermissionsMixin):
    """A person who logs in by e-mail. A login at one store is unknown at the next and on the platform."""

    email = models.EmailField(unique=True, max_length=254)
    first_name = models.CharField(max_length=100, blank=True)
    last_name = models.CharField(max_length=100, blank=True)
    phone = models.CharField(max_length=32, blank=True)
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.CUSTOMER)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return self.email

    def clean(self) -> None:
        super().clean()
        self.email = normalize_email(self.email)

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.email

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.first_name or self.email
