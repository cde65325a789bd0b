"""People in the admin: what the lists of the platform's staff, of a store's staff and of its customers share."""

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.password_validation import validate_password
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display
from unfold.widgets import UnfoldAdminPasswordWidget

from apps.accounts import passwords
from apps.accounts import services as accounts
from apps.accounts.models import Role, User
from apps.accounts.roles import STAFF_ROLES
from apps.backoffice.base import Admin, call_for_each, call_service
from apps.backoffice.cards import Card
from apps.backoffice.columns import flag, moment, plain
from apps.backoffice.sites import platform_admin
from apps.common.addresses import NotPhone, clean_phone
from apps.common.fields import RawField
from apps.common.text import NotText
from apps.tenancy.context import current_store_or_none
from apps.tenancy.transactions import on_commit_at_home


class PersonForm(forms.ModelForm):
    """`password` is asked for a new person, and sets a new one when filled in later."""

    password = RawField(
        widget=UnfoldAdminPasswordWidget, required=False, help_text=_("Empty: unchanged.")
    )

    hint_without_one: StrOrPromise = _("Empty: a link to choose one is mailed.")

    class Meta:
        model = User
        fields = (
            "email",
            "first_name",
            "last_name",
            "phone",
            "role",
            "is_active",
            "gets_order_mails",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance._state.adding and "password" in self.fields:
            self.fields["password"].help_text = gettext(
                "At least ten characters. %(hint_without_one)s"
            ) % {"hint_without_one": self.hint_without_one}

    def clean_phone(self) -> str:
        store = current_store_or_none()
        try:
            return clean_phone(self.cleaned_data["phone"], store.country if store else "")
        except (NotPhone, NotText) as error:
            raise forms.ValidationError(str(error)) from error

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if password:
            validate_password(password, self.instance)
        return password


class RoleFilter(DropdownFilter):  # type: ignore[misc]  # unfold has no types
    """The roles of staff: customers are in a list of their own."""

    title = _("role")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(role.value, str(role.label)) for role in Role if role in STAFF_ROLES]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        return queryset.filter(role=self.value()) if self.value() else queryset


class PersonAdmin(Admin):
    form = PersonForm
    list_display: tuple[str, ...] = ("e_mail", "full_name", "role", "active", "joined")
    card = Card("e_mail", side=("active",), facts=("full_name",), end=("role",))
    e_mail = plain("email", _("e-mail"))
    active = flag("is_active", "active")
    list_filter: tuple[Any, ...] = (RoleFilter, "is_active")
    search_fields: tuple[str, ...] = ("email", "first_name", "last_name", "phone")
    readonly_fields: tuple[str, ...] = ("last_login", "created_at")
    fields: tuple[Any, ...] = (
        "email",
        ("first_name", "last_name"),
        "phone",
        "role",
        "is_active",
        "password",
        ("last_login", "created_at"),
    )
    actions: tuple[str, ...] = ("deactivate", "activate")

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """New people and new staff without a password get a link to choose one."""
        was_staff = change and obj.is_staff
        password = form.cleaned_data.get("password") or ""
        accounts.save_person(user=obj, password=password)
        if obj.is_staff and not was_staff and not password:
            on_commit_at_home(partial(send_link, request, obj))

    def writes(self, request: HttpRequest, name: str) -> bool:
        """An empty password is none."""
        return name != "password" or bool(request.POST.get(name))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A new person has no data yet."""
        if obj is not None:
            return self.fields
        return [name for name in self.fields if not self._is_known_later(name)]

    def _is_known_later(self, name: Any) -> bool:
        names = name if isinstance(name, tuple) else (name,)
        return set(names) <= {*self.readonly_fields}

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        # people don't change rights of their own, and only an owner makes owners
        return (
            (*self.readonly_fields, "role", "is_active")
            if obj == request.user
            else self.readonly_fields
        )

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, **kwargs)
        role = form.base_fields.get("role")
        if role is not None:
            role.choices = [
                choice for choice in Role.choices if choice[0] in self._roles(request, obj)
            ]
            role.initial = Role.READ_ONLY
        return form

    def _roles(self, request: HttpRequest, user: Any) -> set[str]:
        """What can be chosen: staff do not begin as customers, and only owners make owners."""
        roles = {role.value for role in STAFF_ROLES} | ({user.role} if user is not None else set())
        return roles if may_make_owners(request) else roles - {Role.OWNER.value}

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is not None and obj.role == Role.OWNER and not may_make_owners(request):
            return False
        return bool(super().has_change_permission(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # people with orders are kept; deactivate them

    @display(description=_("joined"), ordering="created_at")
    def joined(self, user: User) -> Any:
        return moment(user.created_at)

    @admin.action(description=_("Deactivate: they can't log in any more"), permissions=["change"])
    def deactivate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self._set_active(request, queryset.exclude(pk=str(request.user.pk)), False)

    @admin.action(description=_("Activate"), permissions=["change"])
    def activate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self._set_active(request, queryset, True)

    def _set_active(self, request: HttpRequest, people: QuerySet[User], is_active: bool) -> None:
        if not may_make_owners(request):
            people = people.exclude(role=Role.OWNER)
        call_for_each(
            request,
            people,
            lambda user: accounts.set_active(user=user, is_active=is_active),
            gettext("{count} changed."),
        )


def send_link(request: HttpRequest, user: User) -> bool:
    """Mail the person a link to choose a password; above the page stands how that went. True if it went."""
    return call_service(
        request,
        lambda: passwords.send_password_link(user=user, request=request),
        gettext("A link to choose a password is on its way to %(email)s.") % {"email": user.email},
    )


def may_make_owners(request: HttpRequest) -> bool:
    user: Any = request.user
    return bool(user.is_superuser or user.role == Role.OWNER)


@admin.register(User, site=platform_admin)
class ColleagueAdmin(PersonAdmin):
    """The platform's staff. Accounts of owners (`apps/owners`) are in the same table and never become staff here."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        staff: QuerySet[User] = super().get_queryset(request).filter(is_staff=True)
        return staff
