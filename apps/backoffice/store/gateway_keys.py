"""The keys of the store's account at a payment provider: enter, test, use. A secret is never shown again."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters

from apps.backoffice.posting import posted
from apps.backoffice.sites import store_admin
from apps.common.errors import DomainError
from apps.common.fields import RawField
from apps.common.form_errors import show_error
from apps.gateways.installed import get_keyed_gateway, takes
from apps.gateways.keyed import KeyedGateway, KeyField, read_keys
from apps.payments import services as payments
from apps.payments.models import PaymentMethod
from apps.platform.selectors import current_url
from apps.tenancy.context import current_store

_PAGE = "store_admin:payments_paymentmethod_keys"


class KeysState(StrEnum):
    NEEDLESS = "needless"
    MISSING = "missing"
    TEST = "test"
    LIVE = "live"


def may_change_keys(request: HttpRequest) -> bool:
    """The owner's right: whose keys they are receives the money."""
    return request.user.has_perm("gateways.change_gatewaykeys")


def keys_state(method: PaymentMethod) -> KeysState:
    """At most one query."""
    gateway = get_keyed_gateway(method.gateway)
    if gateway is None:
        return KeysState.NEEDLESS
    keys = read_keys(method.gateway)
    if not keys:
        return KeysState.MISSING
    return KeysState.TEST if gateway.is_test_mode(keys) else KeysState.LIVE


def takes_currency(method: PaymentMethod) -> bool:
    """Whether the provider takes payments in the store's currency: buyers are not offered it otherwise."""
    return takes(method.gateway, current_store().currency)


def keys_words(method: PaymentMethod) -> str:
    if not takes_currency(method):
        sentence = gettext(
            "The provider takes no payments in %(currency)s: buyers are not offered it."
        )
        return sentence % {"currency": current_store().currency}
    return {
        KeysState.NEEDLESS: "",
        KeysState.MISSING: gettext("No keys yet: buyers are not offered it."),
        KeysState.TEST: gettext("Test keys: no real money moves."),
        KeysState.LIVE: gettext("Live keys: buyers are charged."),
    }[keys_state(method)]


class KeysForm(forms.Form):
    """One field for each key. What is left empty stays as it is."""

    def __init__(
        self, *args: Any, fields: Sequence[KeyField], saved: Mapping[str, Any], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for field in fields:
            if field.choices:
                self.fields[field.name] = _choice(field, str(saved.get(field.name, "")))
                continue
            is_kept = field.is_secret and bool(saved.get(field.name))
            widget = forms.PasswordInput if field.is_secret else forms.TextInput
            self.fields[field.name] = RawField(
                label=field.label,
                required=False,
                max_length=field.most,
                initial="" if field.is_secret else str(saved.get(field.name, "")),
                help_text=gettext("Saved. Leave it empty to keep it.") if is_kept else field.hint,
                widget=widget(attrs={"autocomplete": "off", "spellcheck": "false"}),
            )


def _choice(field: KeyField, saved: str) -> forms.ChoiceField:
    """A closed list needs no empty value: the first is the default."""
    return forms.ChoiceField(
        label=field.label,
        choices=field.choices,
        initial=saved or field.choices[0][0],
        help_text=field.hint,
    )


@sensitive_post_parameters()
def keys_view(request: HttpRequest, method_id: UUID) -> HttpResponse:
    method, gateway = _get(request, method_id)
    if "remove" in request.POST:
        payments.remove_gateway_keys(method=method)
        messages.success(request, f"{gettext('Removed.')} {keys_words(method)}")
        return HttpResponseRedirect(reverse(_PAGE, args=[method.pk]))
    form = KeysForm(request.POST or None, fields=gateway.key_fields, saved=read_keys(gateway.code))
    if request.method == "POST" and form.is_valid():
        try:
            payments.save_gateway_keys(method=method, keys=form.cleaned_data)
        except DomainError as error:
            show_error(form, error)
        else:
            messages.success(request, f"{gettext('Saved.')} {keys_words(method)}")
            return HttpResponseRedirect(reverse(_PAGE, args=[method.pk]))
    context = {
        **store_admin.each_context(request),
        "title": gettext("Keys of %(name)s") % {"name": method.label},
        "opts": PaymentMethod._meta,
        "method": method,
        "form": form,
        "state": keys_state(method).value,
        "is_offered": takes_currency(method),
        "words": keys_words(method),
        "webhook": current_url(f"/api/v1/payments/webhook/{method.gateway}"),
    }
    return TemplateResponse(request, "backoffice/gateway_keys.html", context)


@posted(_PAGE, "method_id")
@sensitive_post_parameters()
def keys_check_view(request: HttpRequest, method_id: UUID) -> HttpResponse:
    """Try the entered keys at the provider; returns a part of the page. Nothing is saved."""
    method, gateway = _get(request, method_id)
    form = KeysForm(request.POST, fields=gateway.key_fields, saved=read_keys(gateway.code))
    form.full_clean()
    try:
        findings = payments.try_gateway_keys(method=method, keys=form.cleaned_data)
        context: dict[str, Any] = {"findings": findings}
    except DomainError as error:
        fields = error.fields.items()
        context = {"wrong": [(form.fields[name].label, text[0]) for name, text in fields]}
        if not context["wrong"]:
            context["wrong"] = [("", str(error))]
    return TemplateResponse(request, "backoffice/gateway_findings.html", context)


def keys_urls() -> list[Any]:
    return [
        path(
            "<uuid:method_id>/keys/",
            store_admin.admin_view(keys_view),
            name="payments_paymentmethod_keys",
        ),
        path(
            "<uuid:method_id>/keys/check/",
            store_admin.admin_view(keys_check_view),
            name="payments_paymentmethod_keys_check",
        ),
    ]


def _get(request: HttpRequest, method_id: UUID) -> tuple[PaymentMethod, KeyedGateway]:
    if not may_change_keys(request):
        raise PermissionDenied
    method = get_object_or_404(PaymentMethod, pk=method_id)
    gateway = get_keyed_gateway(method.gateway)
    if gateway is None:
        raise Http404
    return method, gateway
