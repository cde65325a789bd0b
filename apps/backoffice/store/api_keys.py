"""API keys of partners' programs: made, shown once, rotated, revoked, and what was done with each."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.cache import add_never_cache_headers
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables
from unfold.decorators import display

from apps.backoffice.base import RecordAdmin, call_service, staff_actor
from apps.backoffice.cards import Card
from apps.backoffice.columns import badge, moment
from apps.backoffice.history import changes_of
from apps.backoffice.names import action_name
from apps.backoffice.sites import store_admin
from apps.backoffice.typed import read_uuid
from apps.common.clock import now
from apps.common.errors import DomainError
from apps.common.fields import LineField
from apps.common.form_errors import show_error
from apps.partners import services as partners
from apps.partners.models import ApiKey
from apps.partners.scopes import RESOURCES
from apps.partners.selectors import list_changes_by
from apps.platform.selectors import current_url

_PAGE = "store_admin:partners_apikey_change"
_WIDE = {"class": "bo-input"}


class KeyForm(forms.Form):
    """What can be changed about a key."""

    name = LineField(
        label=_("Name"),
        max_length=80,
        help_text=_("The program that has the key: the audit log names it so."),
    )
    expires_at = forms.DateTimeField(
        label=_("Valid until"),
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("Empty: until it is revoked."),
    )
    requests_per_minute = forms.IntegerField(
        label=_("Requests in a minute"),
        required=False,
        min_value=1,
        max_value=partners.MOST_REQUESTS,
        help_text=_("Empty: the usual limit of keys."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("name", "expires_at", "requests_per_minute"):
            self.fields[name].widget.attrs.update(_WIDE)


def _scope_choices() -> list[tuple[str, str]]:
    return [
        (scope, f"{resource.title}: {_reads_or_writes(scope)}")
        for resource in RESOURCES
        for scope in resource.scopes
    ]


def _reads_or_writes(scope: str) -> str:
    return gettext("read") if scope.startswith("read_") else gettext("read and change")


class NewKeyForm(KeyForm):
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        required=False,
        choices=_scope_choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("As little as the program needs. Without any it can do nothing."),
    )


@admin.register(ApiKey, site=store_admin)
class ApiKeyAdmin(RecordAdmin):
    list_display = ("name", "prefix", "shown_state", "rights", "used", "made")
    list_display_links = ("name",)
    card = Card(
        "name", side=("shown_state",), facts=("prefix", "rights"), end=("used",), named=("used",)
    )
    search_fields = ("name", "prefix")
    empty_advice = _(
        "A key lets a program of yours or of a partner use the API without the password of a person."
    )
    change_list_template = "backoffice/api_keys.html"

    def get_urls(self) -> list[Any]:
        page = path("new/", self.admin_site.admin_view(self.new_view), name="partners_apikey_new")
        return [page, *super().get_urls()]

    @display(description=_("state"))
    def shown_state(self, key: ApiKey) -> SafeString:
        if key.revoked_at is not None:
            return badge("cancelled", gettext("revoked"))
        if not key.is_valid():
            return badge("cancelled", gettext("expired"))
        if key.previous_until is not None and key.previous_until > now():
            return badge("running", gettext("being replaced"))
        return badge("active", gettext("valid"))

    @display(description=_("may do"))
    def rights(self, key: ApiKey) -> str:
        return ", ".join(key.scopes) or gettext("nothing")

    @display(description=_("last used"), ordering="last_used_at")
    def used(self, key: ApiKey) -> Any:
        return moment(key.last_used_at) if key.last_used_at else gettext("never")

    @display(description=_("created"), ordering="created_at")
    def made(self, key: ApiKey) -> Any:
        return moment(key.created_at)

    def new_view(self, request: HttpRequest) -> HttpResponse:
        """The key is on the answer to the form alone: no other page, and no second answer, has it."""
        if not request.user.has_perm("partners.add_apikey"):
            raise PermissionDenied
        form = NewKeyForm(request.POST or None)
        made: partners.MadeKey | None = None
        if request.method == "POST" and form.is_valid():
            try:
                made = partners.create_key(**form.cleaned_data, actor=staff_actor(request))
            except DomainError as error:
                show_error(form, error)
        return self._show(
            request, "backoffice/api_key_new.html", gettext("New API key"), form, made
        )

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        key = get_object_or_404(ApiKey, pk=read_uuid(object_id))
        form = KeyForm(request.POST if "save" in request.POST else None, initial=_values(key))
        made: partners.MadeKey | None = None
        if request.method == "POST":
            if not request.user.has_perm("partners.change_apikey"):
                raise PermissionDenied
            if "rotate" in request.POST:
                made = _rotated(request, key)
            elif _changed(request, key, form):
                return HttpResponseRedirect(reverse(_PAGE, args=[key.pk]))
            key = get_object_or_404(ApiKey, pk=key.pk)
        return self._show(
            request,
            "backoffice/api_key.html",
            key.name,
            form,
            made,
            key=key,
            state=self.shown_state(key),
            titles={code: title for code, title in _scope_choices() if code in key.scopes},
            is_valid=key.is_valid(),
            has_previous=key.previous_until is not None and key.previous_until > now(),
            may_change=request.user.has_perm("partners.change_apikey"),
            log=[
                (one, action_name(one.action), changes_of(one)[:2]) for one in list_changes_by(key)
            ],
        )

    @sensitive_variables("made")
    def _show(
        self,
        request: HttpRequest,
        template: str,
        title: str,
        form: forms.Form,
        made: partners.MadeKey | None,
        **more: Any,
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "form": form,
            "made": made,
            "example": _example(made.key) if made else "",
            **more,
        }
        answer = TemplateResponse(request, template, context)
        add_never_cache_headers(answer)
        return answer


def _example(key: ApiKey) -> str:
    url = current_url("/api/v1/products")
    return f'curl -H "Authorization: Bearer {key.prefix}_…" {url}'


def _values(key: ApiKey) -> dict[str, Any]:
    return {
        "name": key.name,
        "expires_at": key.expires_at,
        "requests_per_minute": key.requests_per_minute,
    }


def _rotated(request: HttpRequest, key: ApiKey) -> partners.MadeKey | None:
    """None after a refusal, or where the page was old: both are among the messages."""
    try:
        made = partners.rotate_key(key=key, seen_prefix=request.POST.get("prefix", "")[:24])
    except DomainError as error:
        messages.error(request, str(error))
        return None
    if made is None:
        messages.info(
            request, gettext("This key was replaced already. The new one was shown once.")
        )
    return made


def _changed(request: HttpRequest, key: ApiKey, form: forms.Form) -> bool:
    """Whether it worked; a refusal is on the form or among the messages."""
    saved = gettext("Saved.")
    if "revoke" in request.POST:
        done = gettext("Revoked. Requests with this key are refused.")
        return call_service(request, lambda: partners.revoke_key(key=key), done)
    if "end_previous" in request.POST:
        return call_service(request, lambda: partners.end_previous(key=key), saved)
    if not form.is_valid():
        return False
    try:
        partners.change_key(key=key, **form.cleaned_data)
    except DomainError as error:
        show_error(form, error)
        return False
    messages.success(request, saved)
    return True
