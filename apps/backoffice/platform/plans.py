"""A store's plan, and changing it."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from apps.backoffice.base import call_service
from apps.backoffice.billing import PlanForm, read_billing
from apps.backoffice.posting import posted
from apps.backoffice.sites import platform_admin
from apps.backoffice.usage import read_usage
from apps.backoffice.usage_charts import usage_charts
from apps.billing import services as billing
from apps.common.errors import DomainError
from apps.common.form_errors import show_error
from apps.platform.models import DatabaseType, PlanLimits, Store

RIGHT = "platform.change_store"
STEPS: Final[dict[str, tuple[Callable[..., object], StrOrPromise]]] = {
    "cancel": (
        billing.cancel_subscription,
        _("The subscription ends with its period, and the shop closes then."),
    ),
    "resume": (billing.resume_subscription, _("The subscription goes on as it is.")),
    "start": (billing.start_billing, _("The first period begins now, with its invoice.")),
}


def shown_kinds(limits: PlanLimits) -> str:
    """The allowed kinds of database, in words."""
    if not limits.placements:
        return gettext("every kind")
    return ", ".join(str(DatabaseType(code).label) for code in limits.placements.split())


def plan_link(store: Store) -> SafeString:
    url = reverse("platform_admin:platform_store_plan", args=[store.pk])
    return format_html(
        '{} (<a href="{}">{}</a>)',
        store.plan.name,
        url,
        gettext("Usage, exceptions, another plan"),
    )


def plan_urls() -> list[Any]:
    view = platform_admin.admin_view
    return [
        path("<uuid:store_id>/plan/", view(plan_view), name="platform_store_plan"),
        path("<uuid:store_id>/plan/<slug:step>/", view(step_view), name="platform_store_plan_step"),
    ]


def plan_view(request: HttpRequest, store_id: Any) -> HttpResponse:
    if not request.user.has_perm(RIGHT):
        raise PermissionDenied
    store = get_object_or_404(Store.objects.select_related("plan"), pk=store_id)
    page = reverse("platform_admin:platform_store_change", args=[store.pk])
    form = PlanForm(request.POST or None, store=store)
    if request.method == "POST" and form.is_valid():
        try:
            billing.change_plan(store=store, **form.cleaned_data)
        except DomainError as error:
            show_error(form, error)
        else:
            messages.success(request, gettext("The plan is changed."))
            return HttpResponseRedirect(request.path)
    context = {
        **platform_admin.each_context(request),
        "title": gettext("The plan of %(name)s") % {"name": store.name},
        "opts": Store._meta,
        "store": store,
        "form": form,
        "page": page,
        "usage": read_usage(store),
        "charts": usage_charts(store),
        "billing": read_billing(store, site="platform_admin"),
        "may_grant": request.user.has_perm("platform.add_limitgrant"),
    }
    return TemplateResponse(request, "backoffice/plan.html", context)


@posted("platform_admin:platform_store_plan", "store_id")
def step_view(request: HttpRequest, store_id: Any, step: str) -> HttpResponseBase:
    """Cancel, resume, begin to bill."""
    if not request.user.has_perm(RIGHT):
        raise PermissionDenied
    store = get_object_or_404(Store, pk=store_id)
    chosen = STEPS.get(step)
    if chosen is None:
        raise Http404
    call_service(request, partial(chosen[0], store=store), str(chosen[1]))
    return HttpResponseRedirect(reverse("platform_admin:platform_store_plan", args=[store.pk]))
