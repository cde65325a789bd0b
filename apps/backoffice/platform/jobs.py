"""The page of a store being opened: a bar that moves, the step, and what to do when it stopped."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from apps.accounts import services as accounts
from apps.accounts.models import Role, User
from apps.backoffice.base import RecordAdmin, call_service, form_errors, staff_actor
from apps.backoffice.columns import badge, moment
from apps.backoffice.platform.forms import FirstLoginForm
from apps.backoffice.platform.placing import OWN_KINDS, ConnectionForm, put_errors
from apps.backoffice.sites import platform_admin
from apps.common.errors import DomainError
from apps.placements.documents import has_own_documents
from apps.platform.auditing import note
from apps.platform.models import ProvisioningJob, Store
from apps.platform.selectors import store_url
from apps.platform.states import JobStatus, StoreStatus
from apps.provisioning import services as provisioning
from apps.tenancy.context import use_store


@admin.register(ProvisioningJob, site=platform_admin)
class ProvisioningJobAdmin(RecordAdmin):
    list_display = ("store", "shown_status", "shown_progress", "message", "attempts", "started")
    list_filter = (("status", ChoicesDropdownFilter),)
    list_select_related = ("store",)
    search_fields = ("store__name", "store__slug")

    def get_urls(self) -> list[Any]:
        own = [
            path(
                "<uuid:job_id>/status.json",
                self.admin_site.admin_view(self.status_view),
                name="platform_provisioningjob_status",
            ),
            path(
                "<uuid:job_id>/retry/",
                self.admin_site.admin_view(self.retry_view),
                name="platform_provisioningjob_retry",
            ),
            path(
                "<uuid:job_id>/connection/",
                self.admin_site.admin_view(self.connection_view),
                name="platform_provisioningjob_connection",
            ),
            path(
                "<uuid:job_id>/owner/",
                self.admin_site.admin_view(self.owner_view),
                name="platform_provisioningjob_owner",
            ),
        ]
        return own + super().get_urls()

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        job = self.get_object(request, object_id)
        if job is None or not self.has_view_permission(request, job):
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        return self._page(request, job)

    def _page(
        self,
        request: HttpRequest,
        job: ProvisioningJob,
        owner: FirstLoginForm | None = None,
        connection: ConnectionForm | None = None,
    ) -> HttpResponse:
        if connection is None and _has_own_server(job.store):
            connection = ConnectionForm(store=job.store)
        context = {
            **self.admin_site.each_context(request),
            "title": f"Opening {job.store.name}",
            "opts": self.opts,
            "job": job,
            "state": _present(job),
            "has_people": _has_people(job),
            "owner_form": owner or FirstLoginForm(),
            "connection_form": connection if job.status == JobStatus.FAILED else None,
        }
        return TemplateResponse(request, "backoffice/opening.html", context)

    def status_view(self, request: HttpRequest, job_id: Any) -> JsonResponse:
        """Polled by the page once a second while the job runs."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return JsonResponse(_present(get_object_or_404(ProvisioningJob, pk=job_id)))

    def retry_view(self, request: HttpRequest, job_id: Any) -> HttpResponse:
        job = get_object_or_404(ProvisioningJob, pk=job_id)
        self._require_right_to_open(request)
        if request.method == "POST":
            call_service(
                request,
                lambda: provisioning.retry_provisioning(job),
                "The opening continues where it stopped.",
            )
        return HttpResponseRedirect(_url(job))

    def connection_view(self, request: HttpRequest, job_id: Any) -> HttpResponse:
        """Type the connection of a stopped opening in again; the opening goes on with it."""
        job = get_object_or_404(ProvisioningJob.objects.select_related("store"), pk=job_id)
        self._require_right_to_open(request)
        store = job.store
        if request.method != "POST" or not _has_own_server(store):
            return HttpResponseRedirect(_url(job))
        form = ConnectionForm(request.POST, store=store)
        if not form.is_valid():
            return self._page(request, job, connection=form)
        try:
            provisioning.request_provisioning(
                store=store, database_type=store.database_type, config=form.config
            )
        except DomainError as error:
            put_errors(form, store.database_type, error)
            return self._page(request, job, connection=form)
        return HttpResponseRedirect(_url(job))

    def owner_view(self, request: HttpRequest, job_id: Any) -> HttpResponse:
        """Make the first login of the new store: its owner."""
        job = get_object_or_404(ProvisioningJob.objects.select_related("store"), pk=job_id)
        self._require_right_to_open(request)
        form = FirstLoginForm(request.POST or None)
        if request.method != "POST" or not form.is_valid():
            return self._page(request, job, form)
        if job.store.status != StoreStatus.ACTIVE or _has_people(job):
            return HttpResponseRedirect(_url(job))
        try:
            with use_store(job.store, actor=staff_actor(request)):
                accounts.create_user(**form.cleaned_data, role=Role.OWNER)
        except DomainError as error:
            form_errors(form, error)
            return self._page(request, job, form)
        note("store.owner_created", job.store)
        return HttpResponseRedirect(_url(job))

    def _require_right_to_open(self, request: HttpRequest) -> None:
        """Who may open stores may also restart an opening and make a store's first login."""
        if not request.user.has_perm("platform.add_store"):
            raise PermissionDenied

    @display(description="status", ordering="status")
    def shown_status(self, job: ProvisioningJob) -> SafeString:
        return badge(job.status, job.get_status_display())

    @display(description="progress", ordering="progress")
    def shown_progress(self, job: ProvisioningJob) -> str:
        return f"{job.progress} %"

    @display(description="started", ordering="started_at")
    def started(self, job: ProvisioningJob) -> SafeString | str:
        return moment(job.started_at)


def _has_own_server(store: Store) -> bool:
    """Whether there is a connection to type in again: of its tables or of its documents."""
    return store.database_type in OWN_KINDS or has_own_documents(store)


def _url(job: ProvisioningJob) -> str:
    return reverse("platform_admin:platform_provisioningjob_change", args=[job.pk])


def _present(job: ProvisioningJob) -> dict[str, Any]:
    return {
        "status": job.get_status_display(),
        "progress": job.progress,
        "message": job.message,
        "step": job.current_step.replace("_", " "),
        "tablesCreated": job.tables_created,
        "totalTables": job.total_tables,
        "error": job.error,
        "attempts": job.attempts,
        "isRunning": job.status in (JobStatus.QUEUED, JobStatus.RUNNING),
        "storeUrl": store_url(job.store),
        "adminUrl": store_url(job.store, "/admin/"),
    }


def _has_people(job: ProvisioningJob) -> bool:
    if job.store.status != StoreStatus.ACTIVE:
        return False
    with use_store(job.store):
        return User.objects.filter(is_staff=True).exists()
