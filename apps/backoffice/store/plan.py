"""The store's plan: what it allows, what is used, what it costs. Owners change it, cancel it, and see its invoices."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from csp.decorators import csp_update
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.backoffice.base import call_service
from apps.backoffice.billing import PlanForm, StoreBilling, read_billing
from apps.backoffice.places import PlaceForm
from apps.backoffice.posting import posted
from apps.backoffice.sites import store_admin
from apps.backoffice.usage import read_usage
from apps.backoffice.usage_charts import usage_charts
from apps.billing import services as billing
from apps.billing.models import Invoice, Payer
from apps.billing.printing import print_invoice
from apps.billing.snapshot import payer_of
from apps.common.errors import DomainError
from apps.common.form_errors import show_error
from apps.invoices.answers import pdf_answer
from apps.platform.models import Store
from apps.platform.selectors import get_store
from apps.tenancy.context import current_store

RIGHT: Final = "accounts.view_user"
STEPS: Final[dict[str, tuple[Callable[..., object], StrOrPromise]]] = {
    "cancel": (
        billing.cancel_subscription,
        _("The subscription ends with its period; the shop closes then, and everything is kept."),
    ),
    "resume": (billing.resume_subscription, _("The subscription goes on as it is.")),
}


class PayerForm(PlaceForm):
    class Meta:
        model = Payer
        fields = (
            "legal_name", "line1", "line2", "postal_code", "city", "country", "region",
            "tax_number", "email",
        )  # fmt: skip


def may_decide(request: HttpRequest, found: StoreBilling) -> bool:
    """Owners decide what the store pays for; while the platform has suspended it for another reason, they do not."""
    user: Any = request.user
    store, subscription = found.store, found.subscription
    is_ours = subscription is not None and (
        subscription.suspension_reason == store.suspension_reason
    )
    return bool(user.is_superuser or user.role == Role.OWNER) and (
        not store.suspension_reason or is_ours
    )


def plan_page(request: HttpRequest) -> HttpResponse:
    """With the form of another plan, for owners."""
    store = seen_store(request)
    found = read_billing(store, site="store_admin")
    form = PlanForm(request.POST or None, store=store) if may_decide(request, found) else None
    if request.method == "POST":
        if form is None:
            raise PermissionDenied
        if form.is_valid() and _change(request, form, store):
            return HttpResponseRedirect(request.path)
    context = {
        **store_admin.each_context(request),
        "title": gettext("Plan and usage"),
        "opts": User._meta,
        "usage": read_usage(store),
        "charts": usage_charts(store),
        "billing": found,
        "form": form,
        "contact": settings.PLATFORM_CONTACT,
    }
    response = TemplateResponse(request, "backoffice/plan_usage.html", context)
    return with_pages(request, response, found)


def with_pages(request: HttpRequest, response: HttpResponse, found: StoreBilling) -> HttpResponse:
    """The page, whose forms may end at the pages of the provider: browsers hold redirects to `form-action`."""
    if found.online is not None and found.online.pages:
        csp_update({"form-action": list(found.online.pages)})(lambda _request: response)(request)
    return response


def _change(request: HttpRequest, form: PlanForm, store: Store) -> bool:
    try:
        billing.change_plan(store=store, **form.cleaned_data)
    except DomainError as error:
        show_error(form, error)
        return False
    messages.success(request, gettext("The plan is changed."))
    return True


@posted("store_admin:plan")
def step_view(request: HttpRequest, step: str) -> HttpResponseBase:
    """Cancel, or keep it after all."""
    store = seen_store(request)
    if not may_decide(request, read_billing(store, site="store_admin")):
        raise PermissionDenied
    chosen = STEPS.get(step)
    if chosen is None:
        raise Http404
    call_service(request, partial(chosen[0], store=store), str(chosen[1]))
    return HttpResponseRedirect(reverse("store_admin:plan"))


def payer_view(request: HttpRequest) -> HttpResponse:
    """Who pays, as the next invoices name them."""
    store = seen_store(request)
    if not may_decide(request, read_billing(store, site="store_admin")):
        raise PermissionDenied
    form = PayerForm(request.POST or None, instance=payer_of(store))
    if request.method == "POST" and form.is_valid():
        try:
            billing.save_payer(store=store, **form.cleaned_data)
        except DomainError as error:
            show_error(form, error)
        else:
            messages.success(request, gettext("The details are saved."))
            return HttpResponseRedirect(reverse("store_admin:plan"))
    context = {
        **store_admin.each_context(request),
        "title": gettext("Details on the platform's invoices"),
        "opts": User._meta,
        "form": form,
        "media": form.media,
    }
    return TemplateResponse(request, "backoffice/plan_payer.html", context)


def invoice_view(request: HttpRequest, invoice_id: Any) -> HttpResponse:
    """The file of an invoice of this store."""
    store = seen_store(request)
    invoice = get_object_or_404(Invoice, pk=invoice_id, store_id=store.pk)
    return pdf_answer(print_invoice(invoice), invoice.file_name)


def seen_store(request: HttpRequest) -> Store:
    if not request.user.has_perm(RIGHT):
        raise PermissionDenied
    return get_store(current_store().id)


store_admin.add_page("plan", plan_page)
store_admin.add_page("plan_step", step_view, address="plan/<slug:step>/step/")
store_admin.add_page("plan_payer", payer_view, address="plan/details/")
store_admin.add_page("plan_invoice", invoice_view, address="plan/invoices/<uuid:invoice_id>/")
