"""The page of an opening: progress bar, step, and actions after a failure."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from apps.accounts import services as accounts
from apps.accounts.models import Role, User
from apps.backoffice.base import call_service, staff_actor
from apps.backoffice.cards import Card
from apps.backoffice.platform.forms import FirstLoginForm
from apps.backoffice.platform.placement_fields import OWN_KINDS, ConnectionForm, put_errors
from apps.backoffice.platform.work_pages import WorkAdmin, present_work, work_url
from apps.backoffice.sites import platform_admin
from apps.common.errors import DomainError
from apps.common.form_errors import show_error
from apps.placements.own_documents import has_own_documents
from apps.platform.auditing import note
from apps.platform.models import ProvisioningJob, Store
from apps.platform.selectors import store_url
from apps.platform.states import JobStatus, StoreStatus
from apps.provisioning import services as provisioning
from apps.tenancy.context import use_store


@admin.register(ProvisioningJob, site=platform_admin)
class ProvisioningJobAdmin(WorkAdmin):
    list_display = (
        "store",
        "shown_status",
        "shown_progress",
        "shown_message",
        "attempts",
        "started",
    )
    card = Card(
        "store", side=("shown_status",), facts=("shown_message",), end=("shown_progress", "started")
    )
    list_filter = (("status", ChoicesDropdownFilter),)
    list_select_related = ("store",)
    search_fields = ("store__name", "store__slug")

    def pages(self) -> dict[str, Callable[..., HttpResponse]]:
        return {
            "<uuid:job_id>/retry/": self.retry_view,
            "<uuid:job_id>/connection/": self.connection_view,
            "<uuid:job_id>/owner/": self.owner_view,
        }

    def page(
        self,
        request: HttpRequest,
        job: ProvisioningJob,
        owner: FirstLoginForm | None = None,
        connection: ConnectionForm | None = None,
    ) -> HttpResponse:
        if connection is None and _has_own_server(job.store):
            connection = ConnectionForm(store=job.store)
        return self.render(
            request,
            "opening",
            gettext("Opening %(name)s") % {"name": job.store.name},
            job=job,
            state=self.present(job),
            has_people=_has_people(job),
            owner_form=owner or FirstLoginForm(),
            connection_form=connection if job.status == JobStatus.FAILED else None,
        )

    def present(self, job: ProvisioningJob) -> dict[str, Any]:
        is_running = job.status in (JobStatus.QUEUED, JobStatus.RUNNING)
        return {
            **present_work(job, status=job.get_status_display(), is_running=is_running),
            "tablesCreated": job.tables_created,
            "totalTables": job.total_tables,
            "storeUrl": store_url(job.store),
            "adminUrl": store_url(job.store, "/admin/"),
        }

    def retry_view(self, request: HttpRequest, job_id: Any) -> HttpResponse:
        job = get_object_or_404(ProvisioningJob, pk=job_id)
        self._require_right_to_open(request)
        if request.method == "POST":
            call_service(
                request,
                lambda: provisioning.retry_provisioning(job),
                gettext("The opening continues where it stopped."),
            )
        return HttpResponseRedirect(work_url(job))

    def connection_view(self, request: HttpRequest, job_id: Any) -> HttpResponse:
        """Type the connection of a stopped opening in again; the opening continues with it."""
        job = get_object_or_404(ProvisioningJob.objects.select_related("store"), pk=job_id)
        self._require_right_to_open(request)
        store = job.store
        if request.method != "POST" or not _has_own_server(store):
            return HttpResponseRedirect(work_url(job))
        form = ConnectionForm(request.POST, store=store)
        if not form.is_valid():
            return self.page(request, job, connection=form)
        try:
            provisioning.request_provisioning(
                store=store, database_type=store.database_type, config=form.config
            )
        except DomainError as error:
            put_errors(form, store.database_type, error)
            return self.page(request, job, connection=form)
        return HttpResponseRedirect(work_url(job))

    def owner_view(self, request: HttpRequest, job_id: Any) -> HttpResponse:
        """Make the first login of the new store: its owner."""
        job = get_object_or_404(ProvisioningJob.objects.select_related("store"), pk=job_id)
        self._require_right_to_open(request)
        form = FirstLoginForm(request.POST or None)
        if request.method != "POST" or not form.is_valid():
            return self.page(request, job, form)
        if job.store.status != StoreStatus.ACTIVE or _has_people(job):
            return HttpResponseRedirect(work_url(job))
        try:
            with use_store(job.store, actor=staff_actor(request)):
                accounts.create_user(**form.cleaned_data, role=Role.OWNER)
        except DomainError as error:
            show_error(form, error)
            return self.page(request, job, form)
        note("store.owner_created", job.store)
        return HttpResponseRedirect(work_url(job))

    def _require_right_to_open(self, request: HttpRequest) -> None:
        """Who may open stores may also restart an opening and make a store's first login."""
        if not request.user.has_perm("platform.add_store"):
            raise PermissionDenied


def _has_own_server(store: Store) -> bool:
    """Whether there is a connection to type in again: of its tables or of its documents."""
    return store.database_type in OWN_KINDS or has_own_documents(store)


def _has_people(job: ProvisioningJob) -> bool:
    if job.store.status != StoreStatus.ACTIVE:
        return False
    with use_store(job.store):
        return User.objects.filter(is_staff=True).exists()
