"""Sandboxes in the platform's admin: copy a live store, compare, publish, discard; a worker does each, and a page shows
it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextInputWidget

from apps.backoffice.base import (
    call_service,
    sentence_of,
    staff_actor,
)
from apps.backoffice.cards import Card
from apps.backoffice.columns import moment
from apps.backoffice.platform.work_pages import WorkAdmin, present_work, work_url
from apps.backoffice.posting import posted
from apps.backoffice.sites import platform_admin
from apps.common.errors import DomainError
from apps.common.fields import CodeField
from apps.common.form_errors import show_error
from apps.operations.sandboxes import describe_places, requesting
from apps.platform.models import SandboxJob, Store
from apps.platform.selectors import store_url
from apps.platform.states import JobStatus

Kind = SandboxJob.Kind
RIGHT = "platform.add_store"
TITLES = {
    Kind.MAKE: _("Making the sandbox {}"),
    Kind.COMPARE: _("What differs in {}"),
    Kind.PUBLISH: _("Publishing {}"),
    Kind.DISCARD: _("Throwing {} away"),
}


class SandboxForm(forms.Form):
    """The fields of a new sandbox."""

    slug = CodeField(
        label=_("Short name of the sandbox"),
        max_length=40,
        help_text=_("Part of its address: lower-case letters, digits and single hyphens."),
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


@admin.register(SandboxJob, site=platform_admin)
class SandboxJobAdmin(WorkAdmin):
    list_display = (
        "shown_slug",
        "live",
        "shown_kind",
        "shown_status",
        "shown_message",
        "asked_for",
    )
    card = Card(
        "shown_slug", side=("shown_status",), facts=("live", "shown_kind"), end=("asked_for",)
    )
    list_filter = (("kind", ChoicesDropdownFilter), ("status", ChoicesDropdownFilter))
    list_select_related = ("live",)
    search_fields = ("slug", "live__name", "live__slug")
    empty_advice = _("A sandbox is made from the page of its live store.")

    def pages(self) -> dict[str, Callable[..., HttpResponse]]:
        return {
            "store/<uuid:store_id>/": self.store_view,
            "store/<uuid:store_id>/compare/": self.compare_view,
            "store/<uuid:store_id>/discard/": self.discard_view,
            "<uuid:job_id>/retry/": self.retry_view,
            "<uuid:job_id>/publish/": self.publish_view,
        }

    def page(self, request: HttpRequest, job: SandboxJob) -> HttpResponse:
        title = TITLES[Kind(job.kind)].format(job.slug)
        context = {"job": job, "state": self.present(job), "may": request.user.has_perm(RIGHT)}
        if job.sandbox is not None:
            context |= {
                "shop_url": store_url(job.sandbox),
                "admin_url": store_url(job.sandbox, "/admin/"),
            }
        return self.render(request, "sandbox_job", title, **context)

    def present(self, job: SandboxJob) -> dict[str, Any]:
        state = present_work(job, status=job.get_status_display(), is_running=job.is_open)
        return state | ({"message": gettext("Stopped")} if job.status == JobStatus.FAILED else {})

    def store_view(self, request: HttpRequest, store_id: Any) -> HttpResponse:
        """A live store's sandboxes and the form that makes one; or a sandbox and what can be done with it."""
        store = self._get_store(request, store_id)
        form = SandboxForm(request.POST or None, initial={"slug": f"{store.slug[:32]}-sandbox"})
        if request.method == "POST" and form.is_valid():
            try:
                job = requesting.request_sandbox(
                    live=store, slug=form.cleaned_data["slug"], actor=staff_actor(request)
                )
            except DomainError as error:
                show_error(form, error)
            else:
                return HttpResponseRedirect(work_url(job))
        title = (
            gettext("Sandbox of %(name)s") % {"name": store.sandbox_of}
            if store.is_sandbox
            else gettext("Sandboxes")
        )
        context = {
            "store": store,
            "form": form,
            "places": describe_places(store),
            "url": store_url(store),
            "sandboxes": [
                (one, store_url(one)) for one in Store.objects.filter(sandbox_of=store)[:50]
            ],
            "latest": SandboxJob.objects.filter(sandbox=store)[:10] if store.is_sandbox else [],
        }
        return self.render(request, "sandboxes", title, **context)

    @method_decorator(posted("platform_admin:platform_sandboxjob_store", "store_id"))
    def compare_view(self, request: HttpRequest, store_id: Any) -> HttpResponse:
        store = self._get_store(request, store_id)
        return self._start(
            request, store, lambda: requesting.request_comparison(sandbox=store, actor=_by(request))
        )

    def discard_view(self, request: HttpRequest, store_id: Any) -> HttpResponse:
        """Requires the short name, because this can't be undone."""
        store = self._get_store(request, store_id)
        wrong = ""
        if request.method == "POST":
            typed = request.POST.get("typed", "").strip()
            try:
                job = requesting.request_discard(sandbox=store, typed=typed, actor=_by(request))
            except DomainError as error:
                wrong = sentence_of(error)
            else:
                return HttpResponseRedirect(work_url(job))
        title = gettext("Throw %(name)s away") % {"name": store.name}
        return self.render(request, "sandbox_discard", title, store=store, wrong=wrong)

    @method_decorator(posted("platform_admin:platform_sandboxjob_change", "job_id"))
    def publish_view(self, request: HttpRequest, job_id: Any) -> HttpResponse:
        """The button below a comparison."""
        self._require_right(request)
        found = get_object_or_404(SandboxJob, pk=job_id)
        store = get_object_or_404(Store, pk=found.sandbox_id)
        overwrite = request.POST.get("overwrite") == "on"
        return self._start(
            request,
            store,
            lambda: requesting.request_publication(
                sandbox=store, overwrite=overwrite, actor=_by(request)
            ),
        )

    @method_decorator(posted("platform_admin:platform_sandboxjob_change", "job_id"))
    def retry_view(self, request: HttpRequest, job_id: Any) -> HttpResponse:
        self._require_right(request)
        job = get_object_or_404(SandboxJob, pk=job_id)
        call_service(
            request, lambda: requesting.retry_job(job), gettext("It continues where it stopped.")
        )
        return HttpResponseRedirect(work_url(job))

    def _start(
        self, request: HttpRequest, store: Store, ask: Callable[[], SandboxJob]
    ) -> HttpResponse:
        begun: list[SandboxJob] = []
        if not call_service(request, lambda: begun.append(ask()), gettext("Asked for.")):
            return HttpResponseRedirect(sandbox_url(store))
        return HttpResponseRedirect(work_url(begun[0]))

    def _get_store(self, request: HttpRequest, store_id: Any) -> Store:
        self._require_right(request)
        return get_object_or_404(Store.objects.select_related("sandbox_of"), pk=store_id)

    def _require_right(self, request: HttpRequest) -> None:
        """Staff who may open stores may make, publish and discard sandboxes."""
        if not request.user.has_perm(RIGHT):
            raise PermissionDenied

    @display(description=_("sandbox"), ordering="slug")
    def shown_slug(self, job: SandboxJob) -> str:
        return job.slug

    @display(description=_("what"), ordering="kind")
    def shown_kind(self, job: SandboxJob) -> str:
        text = job.get_kind_display()
        return f"{text[0].upper()}{text[1:]}"

    @display(description=_("asked for"), ordering="created_at")
    def asked_for(self, job: SandboxJob) -> SafeString | str:
        return moment(job.created_at)


_by = staff_actor


def sandbox_url(store: Store) -> str:
    return reverse("platform_admin:platform_sandboxjob_store", args=[store.pk])


def sandbox_links(store: Store) -> SafeString | str:
    """For the page of a store: what it is a sandbox of, or its own."""
    if store.is_sandbox:
        of = store.sandbox_of.name if store.sandbox_of else gettext("a deleted store")
        return format_html(
            '{}: <a href="{}">{}</a>',
            gettext("Sandbox of %(name)s") % {"name": of},
            sandbox_url(store),
            gettext("compare, publish or delete"),
        )
    count = Store.objects.filter(sandbox_of=store).count()
    words = gettext("Make a sandbox")
    if count:
        words = ngettext("%(count)d sandbox", "%(count)d sandboxes", count) % {"count": count}
    return format_html('<a href="{}">{}</a>', sandbox_url(store), words)
