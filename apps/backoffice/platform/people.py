"""The staff of a store, for the platform's support: their logins, and links for a new password."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from apps.accounts import passwords
from apps.accounts.models import User
from apps.accounts.selectors import list_staff
from apps.backoffice.base import call_service, staff_actor
from apps.backoffice.posting import posted
from apps.backoffice.sites import platform_admin
from apps.platform.models import ProvisioningJob, Store
from apps.platform.states import StoreStatus
from apps.tenancy.connections import StoreUnreachable
from apps.tenancy.context import use_store

LOOK, CHANGE = "platform.view_store", "platform.change_store"


def people_urls() -> list[Any]:
    return [
        path(
            "<uuid:store_id>/people/",
            platform_admin.admin_view(people_view),
            name="platform_store_people",
        ),
        path(
            "<uuid:store_id>/people/<uuid:user_id>/password/",
            platform_admin.admin_view(password_view),
            name="platform_store_password",
        ),
    ]


def people_link(store: Store) -> SafeString | str:
    if store.status in (StoreStatus.PROVISIONING, StoreStatus.DELETING):
        return "-"
    return format_html('<a href="{}">Who can log in to its admin</a>', people_url(store))


def people_url(store: Store) -> str:
    return reverse("platform_admin:platform_store_people", args=[store.pk])


def people_view(request: HttpRequest, store_id: Any) -> HttpResponse:
    """Names, roles and last logins. A store that does not answer says so."""
    if not request.user.has_perm(LOOK):
        raise PermissionDenied
    store = get_object_or_404(Store, pk=store_id)
    job = ProvisioningJob.objects.filter(store=store).first()
    context = {
        **platform_admin.each_context(request),
        "title": gettext("The staff of %(name)s") % {"name": store.name},
        "opts": Store._meta,
        "store": store,
        "people": _read(request, store),
        "opening": job and reverse("platform_admin:platform_provisioningjob_change", args=[job.pk]),
        "may_change": request.user.has_perm(CHANGE),
        "days": passwords.link_days(),
    }
    return TemplateResponse(request, "backoffice/people.html", context)


@posted("platform_admin:platform_store_people", "store_id")
def password_view(request: HttpRequest, store_id: Any, user_id: Any) -> HttpResponse:
    """Mail a person of the store a link to choose a new password."""
    if not request.user.has_perm(CHANGE):
        raise PermissionDenied
    store = get_object_or_404(Store, pk=store_id)

    def send() -> None:
        with use_store(store, actor=staff_actor(request)):
            user = get_object_or_404(User, pk=user_id, is_staff=True)
            passwords.send_password_link(user=user, request=request)

    call_service(request, send, gettext("A link to choose a new password is on its way."))
    return HttpResponseRedirect(people_url(store))


def _read(request: HttpRequest, store: Store) -> list[User] | None:
    try:
        with use_store(store, actor=staff_actor(request)):
            return list_staff()
    except (DatabaseError, StoreUnreachable):
        messages.error(
            request, gettext("The store's database does not answer. Try again in a moment.")
        )
        return None
