"""Webhook endpoints and what was sent to them."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.cache import add_never_cache_headers
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from apps.backoffice.base import RecordAdmin, call_service, sentence_of, staff_actor
from apps.backoffice.cards import Card
from apps.backoffice.columns import badge, moment
from apps.backoffice.sites import store_admin
from apps.backoffice.typed import posted_count, read_uuid
from apps.common.clock import now
from apps.common.errors import DomainError
from apps.common.fields import LineField, WebAddressField
from apps.common.form_errors import show_error
from apps.partners import services as partners
from apps.partners.models import WebhookDelivery, WebhookEndpoint
from apps.partners.selectors import count_deliveries, list_deliveries
from apps.partners.signing import secret_of
from apps.partners.states import EndpointState
from apps.partners.topics import TOPICS

_LIST = "store_admin:partners_webhookendpoint_changelist"
_PAGE = "store_admin:partners_webhookendpoint_change"
_MOST_SHOWN = 20


class EndpointForm(forms.Form):
    url = WebAddressField(
        label=_("Address"),
        max_length=500,
        help_text=_("Of the partner's program. It begins with https://."),
        widget=forms.URLInput({"class": "bo-input"}),
    )
    description = LineField(
        label=_("What for"),
        max_length=120,
        required=False,
        widget=forms.TextInput({"class": "bo-input"}),
    )
    topics = forms.MultipleChoiceField(
        label=_("What it wants to hear"),
        choices=[(topic.code, topic.title) for topic in TOPICS],
        widget=forms.CheckboxSelectMultiple,
    )


def shown_endpoint_state(endpoint: WebhookEndpoint) -> SafeString:
    if endpoint.state == EndpointState.ACTIVE and endpoint.failing_since is not None:
        return badge("problem", gettext("failing"))
    tones = {EndpointState.ACTIVE: "active", EndpointState.PAUSED: "closed"}
    tone = tones.get(EndpointState(endpoint.state), "problem")
    return badge(tone, endpoint.get_state_display())


@admin.register(WebhookEndpoint, site=store_admin)
class WebhookEndpointAdmin(RecordAdmin):
    list_display = ("url", "description", "shown_state", "shown_topics", "made")
    list_display_links = ("url",)
    list_filter = (("state", ChoicesDropdownFilter),)
    search_fields = ("url", "description")
    card = Card("url", side=("shown_state",), facts=("description", "shown_topics"), end=("made",))
    empty_advice = _(
        "A webhook tells a program of yours or of a partner at once what happened here, such as a new order."
    )
    change_list_template = "backoffice/webhooks.html"

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.new_view)
        return [path("new/", view, name="partners_webhookendpoint_new"), *super().get_urls()]

    @display(description=_("state"), ordering="state")
    def shown_state(self, endpoint: WebhookEndpoint) -> SafeString:
        return shown_endpoint_state(endpoint)

    @display(description=_("topics"))
    def shown_topics(self, endpoint: WebhookEndpoint) -> str:
        return ", ".join(endpoint.topics)

    @display(description=_("created"), ordering="created_at")
    def made(self, endpoint: WebhookEndpoint) -> Any:
        return moment(endpoint.created_at)

    def new_view(self, request: HttpRequest) -> HttpResponse:
        """The secret is on the answer to the form."""
        if not request.user.has_perm("partners.add_webhookendpoint"):
            raise PermissionDenied
        form = EndpointForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                made = partners.create_endpoint(**form.cleaned_data, actor=staff_actor(request))
            except DomainError as error:
                show_error(form, error)
            else:
                return self._show(
                    request, made, EndpointForm(initial=_values(made)), with_secret=True
                )
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("New webhook"),
            "opts": self.opts,
            "form": form,
        }
        return TemplateResponse(request, "backoffice/webhook_new.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        endpoint = get_object_or_404(WebhookEndpoint, pk=read_uuid(object_id))
        form = EndpointForm(
            request.POST if "save" in request.POST else None, initial=_values(endpoint)
        )
        with_secret = False
        if request.method == "POST":
            _require(request, "delete" if "delete" in request.POST else "change")
            if "rotate" in request.POST:
                with_secret = _rotated(request, endpoint)
            elif "delete" in request.POST:
                partners.delete_endpoint(endpoint=endpoint)
                messages.success(request, gettext("Deleted."))
                return HttpResponseRedirect(reverse(_LIST))
            elif _changed(request, endpoint, form):
                return HttpResponseRedirect(reverse(_PAGE, args=[endpoint.pk]))
            endpoint = get_object_or_404(WebhookEndpoint, pk=endpoint.pk)
        return self._show(request, endpoint, form, with_secret=with_secret)

    def _show(
        self,
        request: HttpRequest,
        endpoint: WebhookEndpoint,
        form: forms.Form,
        *,
        with_secret: bool,
    ) -> HttpResponse:
        until = endpoint.previous_secret_until
        context = {
            **self.admin_site.each_context(request),
            "title": endpoint.url,
            "opts": self.opts,
            "endpoint": endpoint,
            "state": shown_endpoint_state(endpoint),
            "is_active": endpoint.state == EndpointState.ACTIVE,
            "form": form,
            "secret": secret_of(endpoint) if with_secret else "",
            "previous_until": until if until is not None and until > now() else None,
            "counts": count_deliveries(endpoint),
            "deliveries": list_deliveries(endpoint)[:_MOST_SHOWN],
            "may_change": request.user.has_perm("partners.change_webhookendpoint"),
            "may_delete": request.user.has_perm("partners.delete_webhookendpoint"),
        }
        answer = TemplateResponse(request, "backoffice/webhook.html", context)
        add_never_cache_headers(answer)
        return answer


@admin.register(WebhookDelivery, site=store_admin)
class WebhookDeliveryAdmin(RecordAdmin):
    list_display = ("topic", "endpoint", "shown_state", "attempts", "last_status", "when")
    list_select_related = ("endpoint",)
    list_filter = (
        ("state", ChoicesDropdownFilter),
        ("endpoint", admin.RelatedOnlyFieldListFilter),
    )
    search_fields = ("event_id__exact", "resource_id__exact", "topic")
    search_help_text = _("Id of the event or of what it is about, or a topic")
    card = Card("topic", side=("shown_state",), facts=("endpoint", "last_status"), end=("when",))
    empty_advice = _("What was sent to webhook endpoints in the last 30 days is listed here.")
    actions = ("replay",)
    change_form_template = "backoffice/webhook_delivery.html"

    @display(description=_("state"), ordering="state")
    def shown_state(self, delivery: WebhookDelivery) -> SafeString:
        return badge(_TONES.get(delivery.state, ""), delivery.get_state_display())

    @display(description=_("when"), ordering="created_at")
    def when(self, delivery: WebhookDelivery) -> Any:
        return moment(delivery.created_at)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = WebhookDelivery.objects.select_related("endpoint")
        delivery = get_object_or_404(rows, pk=read_uuid(object_id))
        if request.method == "POST":
            if not self.has_replay_permission(request):
                raise PermissionDenied
            call_service(
                request,
                lambda: partners.replay_deliveries(deliveries=[delivery]),
                gettext("It will be sent again."),
            )
            return HttpResponseRedirect(request.path)
        context = {
            **self.admin_site.each_context(request),
            "title": delivery.topic,
            "opts": self.opts,
            "delivery": delivery,
            "state": self.shown_state(delivery),
            "tries": delivery.tries.all(),
            "may_replay": self.has_replay_permission(request),
        }
        return TemplateResponse(request, self.change_form_template, context)

    @admin.action(description=_("Send again"), permissions=["replay"])
    def replay(self, request: HttpRequest, queryset: QuerySet[WebhookDelivery]) -> None:
        try:
            count = partners.replay_deliveries(deliveries=queryset.select_related("endpoint"))
        except DomainError as error:
            messages.error(request, sentence_of(error))
        else:
            messages.success(request, gettext("%(count)s will be sent again.") % {"count": count})

    def has_replay_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("partners.change_webhookdelivery")


_TONES = {"pending": "running", "delivered": "done", "failed": "problem", "dropped": "closed"}


def _values(endpoint: WebhookEndpoint) -> dict[str, Any]:
    return {
        "url": endpoint.url,
        "description": endpoint.description,
        "topics": endpoint.topics,
    }


def _require(request: HttpRequest, verb: str) -> None:
    if not request.user.has_perm(f"partners.{verb}_webhookendpoint"):
        raise PermissionDenied


def _rotated(request: HttpRequest, endpoint: WebhookEndpoint) -> bool:
    """Whether there is a new secret to show; an old page changes nothing."""
    seen = posted_count(request, "generation")
    actor = staff_actor(request)
    if partners.rotate_secret(endpoint=endpoint, seen_generation=seen, actor=actor) is not None:
        return True
    messages.info(request, gettext("The secret was replaced already. The new one was shown once."))
    return False


def _changed(request: HttpRequest, endpoint: WebhookEndpoint, form: forms.Form) -> bool:
    """Whether it worked; a refusal is on the form or among the messages."""
    saved = gettext("Saved.")
    set_active = partial(partners.set_active, endpoint=endpoint, actor=staff_actor(request))
    buttons: dict[str, tuple[Callable[[], object], str]] = {
        "test": (
            lambda: partners.send_test(endpoint=endpoint),
            gettext("A test is on its way. Look at the list below in a moment."),
        ),
        "pause": (partial(set_active, is_active=False), saved),
        "resume": (partial(set_active, is_active=True), saved),
    }
    for name, (call, done) in buttons.items():
        if name in request.POST:
            return call_service(request, call, done)
    if not form.is_valid():
        return False
    try:
        partners.change_endpoint(endpoint=endpoint, actor=staff_actor(request), **form.cleaned_data)
    except DomainError as error:
        show_error(form, error)
        return False
    messages.success(request, saved)
    return True
