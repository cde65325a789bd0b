"""The store's keys of the portal of e-invoices: enter, test, use. A secret is never shown again."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters

from apps.backoffice.posting import posted
from apps.backoffice.sites import store_admin
from apps.backoffice.store.gateway_keys import KeysForm
from apps.common.errors import DomainError
from apps.common.form_errors import show_error
from apps.invoices import services as invoices
from apps.invoices.models import InvoiceSettings
from apps.invoices.portal.installed import portal_keys
from apps.invoices.portal.keys import FIELDS

_PAGE = "store_admin:invoices_invoicesettings_portal"


def may_change_portal_keys(request: HttpRequest) -> bool:
    return request.user.has_perm("invoices.change_invoicesettings")


@sensitive_post_parameters()
def keys_view(request: HttpRequest) -> HttpResponse:
    _require(request)
    if "remove" in request.POST:
        invoices.remove_portal_keys()
        messages.success(request, gettext("Removed."))
        return HttpResponseRedirect(reverse(_PAGE))
    form = _form(request)
    if request.method == "POST" and form.is_valid():
        try:
            invoices.save_portal_keys(keys=form.cleaned_data)
        except DomainError as error:
            show_error(form, error)
        else:
            messages.success(request, gettext("Saved."))
            return HttpResponseRedirect(reverse(_PAGE))
    context = {
        **store_admin.each_context(request),
        "title": gettext("Portal of e-invoices"),
        "opts": InvoiceSettings._meta,
        "form": form,
        "has_keys": bool(portal_keys()),
    }
    return TemplateResponse(request, "backoffice/portal_keys.html", context)


@posted(_PAGE)
@sensitive_post_parameters()
def check_view(request: HttpRequest) -> HttpResponse:
    """Try the entered keys at the portal; returns a part of the page. Nothing is saved."""
    _require(request)
    form = _form(request)
    form.full_clean()
    try:
        findings = invoices.try_portal_keys(keys=form.cleaned_data)
        context: dict[str, Any] = {"findings": findings}
    except DomainError as error:
        context = {
            "wrong": [(form.fields[name].label, text[0]) for name, text in error.fields.items()]
            or [("", str(error))]
        }
    return TemplateResponse(request, "backoffice/gateway_findings.html", context)


def portal_urls() -> list[Any]:
    view = store_admin.admin_view
    return [
        path("portal/", view(keys_view), name="invoices_invoicesettings_portal"),
        path("portal/check/", view(check_view), name="invoices_invoicesettings_portal_check"),
    ]


def _form(request: HttpRequest) -> KeysForm:
    return KeysForm(request.POST or None, fields=FIELDS, saved=portal_keys())


def _require(request: HttpRequest) -> None:
    if not may_change_portal_keys(request):
        raise PermissionDenied
