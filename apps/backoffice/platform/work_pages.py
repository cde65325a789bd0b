"""Shared parts of the pages of long jobs: the progress bar, the polled status.json, and the list."""

from abc import abstractmethod
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.backoffice.base import RecordAdmin
from apps.backoffice.columns import badge, moment
from apps.platform.models.work import LeasedWork


class WorkAdmin(RecordAdmin):
    """Subclasses say which pages there are beside the status, and what `present` shows of a row."""

    def pages(self) -> dict[str, Callable[..., HttpResponse]]:
        """Route and view; the URL is named after the view."""
        return {}

    @abstractmethod
    def present(self, work: Any) -> dict[str, Any]:
        """The values that the page shows and polls, by name."""

    @abstractmethod
    def page(self, request: HttpRequest, work: Any) -> HttpResponse:
        """The page of one row."""

    def get_urls(self) -> list[Any]:
        pages = {"<uuid:work_id>/status.json": self.status_view, **self.pages()}
        own = [
            path(
                route,
                self.admin_site.admin_view(view),
                name=f"platform_{self.opts.model_name}_{view.__name__.removesuffix('_view')}",
            )
            for route, view in pages.items()
        ]
        return own + super().get_urls()

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        work = self.get_object(request, object_id)
        if work is None or not self.has_view_permission(request, work):
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        return self.page(request, work)

    def status_view(self, request: HttpRequest, work_id: Any) -> JsonResponse:
        """Polled by the page while the work runs."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return JsonResponse(self.present(get_object_or_404(self.model, pk=work_id)))

    def render(self, request: HttpRequest, name: str, title: str, **context: Any) -> HttpResponse:
        """A template of the backoffice in the frame of the admin."""
        shared = {**self.admin_site.each_context(request), "title": title, "opts": self.opts}
        return TemplateResponse(request, f"backoffice/{name}.html", {**shared, **context})

    @display(description=_("status"), ordering="status")
    def shown_status(self, work: Any) -> SafeString:
        return badge(work.status, work.get_status_display())

    @display(description=_("progress"), ordering="progress")
    def shown_progress(self, work: LeasedWork) -> str:
        return f"{work.progress} %"

    @display(description=_("message"))
    def shown_message(self, work: LeasedWork) -> str:
        return work.shown_message

    @display(description=_("started"), ordering="started_at")
    def started(self, work: LeasedWork) -> SafeString | str:
        return moment(work.started_at)


def work_url(work: LeasedWork) -> str:
    """The page of a row that has an admin of its own."""
    return reverse(f"platform_admin:platform_{work._meta.model_name}_change", args=[work.pk])


def present_work(work: LeasedWork, *, status: str, is_running: bool) -> dict[str, Any]:
    """The context of every page of a long job."""
    return {
        "status": status,
        "progress": work.progress,
        "message": work.shown_message,
        "step": work.current_step.replace("_", " "),
        "error": work.error,
        "attempts": work.attempts,
        "isRunning": is_running,
    }
