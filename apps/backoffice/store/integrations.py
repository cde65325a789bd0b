"""Outside systems of the store: credentials, *Test the connection*, addresses and secrets of webhooks, pausing."""

from typing import Any, Final
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from unfold.decorators import display

from apps.backoffice.base import RecordAdmin, call_service
from apps.backoffice.cards import Card
from apps.backoffice.columns import badge, moment, stored
from apps.backoffice.posting import posted
from apps.backoffice.sites import store_admin
from apps.common.errors import DomainError, InvalidInput
from apps.common.fields import RawField
from apps.common.form_errors import show_error
from apps.inbox.selectors import count_dead, last_received
from apps.integrations import services as integrations
from apps.integrations.installed import (
    document_of,
    get_kind,
    integration_label,
    list_choices,
    webhook_path,
)
from apps.integrations.kinds import KeyField
from apps.integrations.models import Integration
from apps.integrations.selectors import list_secrets, read_saved
from apps.integrations.values import code_of
from apps.integrations.webhooks import count_refusals
from apps.platform.selectors import current_url, platform_url
from apps.tenancy.context import current_store

SEES: Final = "integrations.view_integration"
PAUSES: Final = "integrations.change_integration"
CONNECTS: Final = "integrations.change_integrationkeys"
_LIST: Final = "store_admin:integrations_integration_changelist"
_PAGE: Final = "store_admin:integrations_integration_change"


@admin.register(Integration, site=store_admin)
class IntegrationAdmin(RecordAdmin):
    """The page of one is drawn by `integration_view`."""

    empty_advice = _(
        "A store sends its orders to EasyEcom or ClickPost, and hears of parcels and stock, once it is connected here."
    )
    list_display = ("system", "state", "contact", "error")
    list_display_links = ("system",)
    ordering = ("-created_at",)
    card = Card("system", side=("state",), facts=("contact",), badges=("error",))
    error = stored("last_error", _("last error"))
    change_list_template = "backoffice/integrations.html"

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        name = "integrations_integration"
        return [
            path("connect/", view(connect_view), name=f"{name}_connect"),
            path("<uuid:key>/change/", view(integration_view), name=f"{name}_change"),
            path("<uuid:key>/check/", view(check_view), name=f"{name}_check"),
            path("<uuid:key>/secret/", view(secret_view), name=f"{name}_secret"),
            path("<uuid:key>/press/", view(press_view), name=f"{name}_press"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        may_connect = request.user.has_perm(CONNECTS) and not current_store().is_sandbox
        return super().changelist_view(
            request,
            {
                **(extra_context or {}),
                "choices": _choices() if may_connect and request.method == "GET" else [],
                "is_sandbox": current_store().is_sandbox,
            },
        )

    @display(description=_("system"), ordering="kind")
    def system(self, row: Integration) -> str:
        return integration_label(row.kind, row.environment)

    @display(description=_("state"), ordering="is_active")
    def state(self, row: Integration) -> Any:
        return _badge_of(row)

    @display(description=_("last call that worked"), ordering="last_contact_at")
    def contact(self, row: Integration) -> Any:
        return moment(row.last_contact_at)


class ConfigForm(forms.Form):
    """One field for each value. What is left empty stays as it is."""

    def __init__(self, *args: Any, row: Integration, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        saved = read_saved(row)
        for field in get_kind(row.kind).fields:
            self.fields[field.name] = _field_of(field, str(saved.get(field.name, "")))


def _field_of(field: KeyField, saved: str) -> forms.Field:
    if field.choices:
        return forms.ChoiceField(
            label=field.label,
            required=False,  # the first one is the default
            choices=field.choices,
            initial=saved or field.choices[0][0],
            help_text=field.hint,
        )
    widget = forms.PasswordInput if field.is_secret else forms.TextInput
    return RawField(
        label=field.label,
        required=False,
        max_length=300,
        initial="" if field.is_secret else saved,
        help_text=gettext("Saved. Leave it empty to keep it.")
        if field.is_secret and saved
        else field.hint,
        widget=widget(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


@posted(_LIST)
def connect_view(request: HttpRequest) -> HttpResponse:
    """Make the integration and open its page. Pressed twice, the second press opens the same."""
    _require(request, CONNECTS)
    kind, _dash, environment = request.POST.get("system", "").partition("/")
    try:
        row = integrations.add_integration(kind=kind, environment=environment)
    except InvalidInput as error:
        found = Integration.objects.filter(kind=kind, environment=environment).first()
        if found is None:
            messages.error(request, str(error))
            return HttpResponseRedirect(reverse(_LIST))
        row = found
    except DomainError as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(reverse(_LIST))
    return HttpResponseRedirect(reverse(_PAGE, args=[row.pk]))


@sensitive_post_parameters()
def integration_view(request: HttpRequest, key: UUID) -> HttpResponse:
    """The page of one; a POST saves the credentials."""
    row = _get(request, key, SEES)
    form = ConfigForm(request.POST or None, row=row)
    if request.method == "POST":
        _require(request, CONNECTS)
        if form.is_valid():
            try:
                integrations.save_config(integration=row, values=form.cleaned_data)
            except DomainError as error:
                show_error(form, error)
            else:
                messages.success(request, gettext("Saved."))
                return HttpResponseRedirect(reverse(_PAGE, args=[row.pk]))
    return _show(request, row, form)


@posted(_PAGE, "key")
@sensitive_post_parameters()
def check_view(request: HttpRequest, key: UUID) -> HttpResponse:
    """Try the entered values at the vendor; returns a part of the page. Nothing is saved."""
    row = _get(request, key, CONNECTS)
    form = ConfigForm(request.POST, row=row)
    form.full_clean()
    try:
        context: dict[str, Any] = {
            "findings": integrations.try_config(integration=row, values=form.cleaned_data)
        }
    except DomainError as error:
        fields = error.fields.items()
        context = {"wrong": [(form.fields[name].label, text[0]) for name, text in fields]}
        if not context["wrong"]:
            context["wrong"] = [("", str(error))]
    return TemplateResponse(request, "backoffice/gateway_findings.html", context)


@posted(_PAGE, "key")
def secret_view(request: HttpRequest, key: UUID) -> HttpResponse:
    """Make a secret and show it, this once: the page is not reached by a redirect and not kept by the browser."""
    row = _get(request, key, CONNECTS)
    try:
        secret = integrations.make_secret(integration=row)
    except DomainError as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(reverse(_PAGE, args=[row.pk]))
    return _show(request, row, ConfigForm(row=row), secret=secret)


@posted(_PAGE, "key")
def press_view(request: HttpRequest, key: UUID) -> HttpResponse:
    """The buttons: pause, resume, end old secrets, remove."""
    if "pause" in request.POST or "resume" in request.POST:
        row = _get(request, key, PAUSES)
        if "pause" in request.POST:
            call_service(
                request,
                lambda: integrations.pause_integration(integration=row),
                gettext("Paused: nothing is sent, and what comes waits."),
            )
        else:
            call_service(
                request,
                lambda: integrations.resume_integration(integration=row),
                gettext("It works again."),
            )
        return HttpResponseRedirect(reverse(_PAGE, args=[row.pk]))
    row = _get(request, key, CONNECTS)
    if "end" in request.POST:
        call_service(
            request,
            lambda: integrations.end_old_secrets(integration=row),
            gettext("Only the newest secret is taken now."),
        )
        return HttpResponseRedirect(reverse(_PAGE, args=[row.pk]))
    if "remove" in request.POST:
        call_service(
            request,
            lambda: integrations.remove_integration(integration=row),
            gettext("Removed. Its documents and messages stay."),
        )
    return HttpResponseRedirect(reverse(_LIST))


def _show(
    request: HttpRequest, row: Integration, form: ConfigForm, *, secret: str = ""
) -> HttpResponse:
    kind = get_kind(row.kind)
    code = code_of(row.kind, row.environment)
    may_connect = request.user.has_perm(CONNECTS) and not current_store().is_sandbox
    saved = read_saved(row)
    context = {
        **store_admin.each_context(request),
        "title": integration_label(row.kind, row.environment),
        "opts": Integration._meta,
        "row": row,
        "kind": kind,
        "form": form,
        "secret": secret,
        "secrets": list_secrets(row),
        "overlap_hours": settings.WEBHOOK_SECRET_OVERLAP_HOURS,
        "badge": _badge_of(row),
        "has_values": bool(saved),
        "is_sandbox": current_store().is_sandbox,
        "may_connect": may_connect,
        "may_pause": request.user.has_perm(PAUSES),
        "may_see_inbox": request.user.has_perm("inbox.view_inboxmessage"),
        "inbox": f"{reverse('store_admin:inbox_inboxmessage_changelist')}?source={code}",
        "dead": count_dead(code),
        "heard": last_received(code),
        "refused": count_refusals(code),
        "webhooks": [
            (topic, current_url(webhook_path(row.kind, row.environment, topic)))
            for topic in kind.topics
        ],
        "elsewhere": platform_url(webhook_path(row.kind, row.environment, kind.topics[0])),
        "document": document_of(row.kind, row.environment)._meta.db_table,
    }
    return TemplateResponse(request, "backoffice/integration.html", context)


def _choices() -> list[tuple[str, str, Any]]:
    """Value, label and description of what is not connected yet. One query."""
    there = set(Integration.objects.values_list("kind", "environment"))
    return [
        (
            f"{kind.code}/{environment}",
            integration_label(kind.code, environment),
            kind.description,
        )
        for kind, environment in list_choices()
        if (kind.code, str(environment)) not in there
    ]


def _badge_of(row: Integration) -> Any:
    if not row.is_active:
        return badge("held", gettext("paused"))
    if row.incident:
        return badge("problem", row.get_incident_display())
    if row.last_error:
        return badge("problem", gettext("problem"))
    if row.last_contact_at is None and not read_saved(row):
        return badge("draft", gettext("account missing"))
    return badge("active", gettext("active"))


def _get(request: HttpRequest, key: UUID, permission: str) -> Integration:
    _require(request, permission)
    row: Integration = get_object_or_404(Integration, pk=key)
    return row


def _require(request: HttpRequest, permission: str) -> None:
    if not (request.user.has_perm(SEES) and request.user.has_perm(permission)):
        raise PermissionDenied
