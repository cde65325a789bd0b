"""A store's plan, and changing it."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from unfold.widgets import UnfoldAdminSelectWidget

from apps.backoffice.columns import money
from apps.backoffice.sites import platform_admin
from apps.backoffice.usage import read_usage
from apps.common.errors import DomainError
from apps.common.form_errors import show_error
from apps.platform import services
from apps.platform.models import DatabaseType, Plan, PlanLimits, Store
from apps.platform.selectors import choose_price

RIGHT = "platform.change_store"


def shown_kinds(limits: PlanLimits) -> str:
    """The allowed kinds of database, in words."""
    if not limits.placements:
        return gettext("every kind")
    return ", ".join(str(DatabaseType(code).label) for code in limits.placements.split())


class PlanChoice(forms.ModelChoiceField):
    """A plan with its price: `Starter, $29.00 a month`."""

    currency = ""

    def label_from_instance(self, plan: Any) -> str:
        price = choose_price(plan, self.currency)
        if not price.monthly_minor:
            return str(plan.name)
        return gettext("%(name)s, %(price)s a month") % {
            "name": plan.name,
            "price": money(price.monthly_minor, price.currency),
        }


class PlanForm(forms.Form):
    plan = PlanChoice(
        queryset=Plan.objects.none(), empty_label=None, widget=UnfoldAdminSelectWidget
    )

    def __init__(self, *args: Any, store: Store, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"plan": store.plan_id}, **kwargs})
        field = self.fields["plan"]
        assert isinstance(field, PlanChoice)
        field.currency = store.currency
        field.queryset = Plan.objects.filter(is_active=True).prefetch_related("prices")


def plan_link(store: Store) -> SafeString:
    url = reverse("platform_admin:platform_store_plan", args=[store.pk])
    return format_html(
        '{} (<a href="{}">{}</a>)',
        store.plan.name,
        url,
        gettext("Usage, exceptions, another plan"),
    )


def plan_urls() -> list[Any]:
    view = platform_admin.admin_view(plan_view)
    return [path("<uuid:store_id>/plan/", view, name="platform_store_plan")]


def plan_view(request: HttpRequest, store_id: Any) -> HttpResponse:
    if not request.user.has_perm(RIGHT):
        raise PermissionDenied
    store = get_object_or_404(Store.objects.select_related("plan"), pk=store_id)
    page = reverse("platform_admin:platform_store_change", args=[store.pk])
    form = PlanForm(request.POST or None, store=store)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_plan(store=store, plan=form.cleaned_data["plan"])
        except DomainError as error:
            show_error(form, error)
        else:
            return HttpResponseRedirect(page)
    context = {
        **platform_admin.each_context(request),
        "title": gettext("The plan of %(name)s") % {"name": store.name},
        "opts": Store._meta,
        "store": store,
        "form": form,
        "page": page,
        "usage": read_usage(store),
        "may_grant": request.user.has_perm("platform.add_limitgrant"),
    }
    return TemplateResponse(request, "backoffice/plan.html", context)
