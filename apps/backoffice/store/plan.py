"""The store's plan: what it allows, what is used, what larger plans offer. Merchants ask the platform for another one."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.backoffice.sites import store_admin
from apps.backoffice.usage import read_usage
from apps.platform.selectors import get_store
from apps.tenancy.context import current_store

RIGHT = "accounts.view_user"


def plan_page(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm(RIGHT):
        raise PermissionDenied
    context = {
        **store_admin.each_context(request),
        "title": gettext("Plan and usage"),
        "opts": User._meta,
        "usage": read_usage(get_store(current_store().id)),
        "contact": settings.PLATFORM_CONTACT,
    }
    return TemplateResponse(request, "backoffice/plan_usage.html", context)


store_admin.add_page("plan", plan_page)
