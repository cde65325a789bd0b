"""The staff of a store: users, roles, and links for a new password."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.accounts.models import Role, User
from apps.backoffice.people import PersonAdmin, send_link
from apps.backoffice.sites import store_admin
from apps.orders.buyers import list_orders_by


@admin.register(User, site=store_admin)
class StaffAdmin(PersonAdmin):
    fields = (
        "email",
        ("first_name", "last_name"),
        "phone",
        "role",
        "is_active",
        "gets_order_mails",
        "password",
        ("last_login", "created_at"),
        "bought",
    )
    readonly_fields = (*PersonAdmin.readonly_fields, "bought")
    actions = ("send_links", "deactivate", "activate")

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).filter(is_staff=True)

    def _roles(self, request: HttpRequest, user: Any) -> set[str]:
        """A person who leaves becomes a customer again."""
        roles = super()._roles(request, user)
        return {*roles, Role.CUSTOMER.value} if user is not None else roles

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """The role of customers is the end of a role among the staff."""
        form = super().get_form(request, obj, **kwargs)
        role = form.base_fields.get("role")
        if role is not None:
            leaves = gettext("Customer: no longer staff")
            role.choices = [
                (value, leaves if value == Role.CUSTOMER else label)
                for value, label in role.choices
            ]
        return form

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return super().changelist_view(request, {"title": "Staff", **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Links that know a person and not the role lead here; customers have a page of their own."""
        if request.method == "GET" and _is_customer(object_id):
            return HttpResponseRedirect(
                reverse("store_admin:accounts_customer_page", args=[object_id])
            )
        answer: HttpResponse = super().change_view(request, object_id, form_url, extra_context)
        return answer

    @display(description=_("orders"))
    def bought(self, user: User) -> SafeString | str:
        count = list_orders_by(user_id=user.pk, email=user.email).count()
        if not count:
            return gettext("None of their own")
        url = reverse("store_admin:accounts_customer_page", args=[user.pk])
        return format_html('<a href="{}">{} of their own</a>', url, count)

    @admin.action(description=_("Send a link for a new password"), permissions=["change"])
    def send_links(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for user in queryset:
            send_link(request, user)


def _is_customer(object_id: str) -> bool:
    try:
        return User.objects.filter(pk=object_id, is_staff=False).exists()
    except (ValueError, TypeError, ValidationError):
        return False
