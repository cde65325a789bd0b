"""Moves of stores in the platform's admin: choose and check the target, start, and watch the progress."""

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from apps.backoffice.base import call_service, staff_actor
from apps.backoffice.cards import Card
from apps.backoffice.platform.placement_fields import (
    OWN_KINDS,
    PlacementFields,
    config_fields,
    config_of,
    put_errors,
)
from apps.backoffice.platform.work_pages import WorkAdmin, present_work, work_url
from apps.backoffice.posting import posted
from apps.backoffice.sites import platform_admin
from apps.common.errors import DomainError
from apps.operations import moving
from apps.operations.selectors import get_open_move, list_kept_sources
from apps.platform.models import DatabaseType, Store, StoreMove
from apps.platform.states import MoveStatus
from apps.tenancy.aliases import MAIN


class MoveForm(PlacementFields):
    """The target. It has the fields of every kind; the page shows those of the chosen kind."""

    def groups(self) -> list[tuple[str, list[Any]]]:
        """For the page: kind (as its style knows it) and its fields."""
        return [
            (kind.partition("-")[0], [self[name] for name in config_fields(kind)])
            for kind in OWN_KINDS
        ]

    @property
    def target(self) -> moving.Target:
        """Raises `DomainError` for what the placement does not take."""
        kind = self.cleaned_data["database_type"] or DatabaseType.SHARED
        region = self.cleaned_data["region"] or MAIN
        if kind == DatabaseType.SHARED:
            return moving.parse_target(f"{kind}:{region}")
        return moving.parse_target(kind, config_of(kind, self.cleaned_data))


@admin.register(StoreMove, site=platform_admin)
class StoreMoveAdmin(WorkAdmin):
    list_display = (
        "store",
        "source_label",
        "target_label",
        "shown_status",
        "shown_progress",
        "started",
    )
    card = Card(
        "store", side=("shown_status",), facts=("source_label", "target_label"), end=("started",)
    )
    list_filter = (("status", ChoicesDropdownFilter),)
    list_select_related = ("store",)
    search_fields = ("store__name", "store__slug")
    empty_advice = _("A store is moved from its own page.")

    def pages(self) -> dict[str, Callable[..., HttpResponse]]:
        return {
            "start/<uuid:store_id>/": self.start_view,
            "<uuid:move_id>/resume/": self.resume_view,
            "<uuid:move_id>/undo/": self.undo_view,
            "<uuid:move_id>/drop/": self.drop_view,
        }

    def page(self, request: HttpRequest, move: StoreMove) -> HttpResponse:
        rows = sorted((_words_of(name), rows) for name, rows in move.counts.items() if rows)
        title = gettext("Moving %(name)s") % {"name": move.store.name}
        return self.render(request, "moving", title, move=move, state=self.present(move), rows=rows)

    def present(self, move: StoreMove) -> dict[str, Any]:
        running = (MoveStatus.QUEUED, MoveStatus.RUNNING, MoveStatus.UNDOING)
        dropping = move.drop_requested_at is not None and move.source_dropped_at is None
        is_running = move.status in running or dropping
        state = present_work(move, status=move.get_status_display(), is_running=is_running)
        return {
            **state,
            "message": gettext("Deleting the old copy") if dropping else move.shown_message,
            "tablesDone": move.tables_done,
            "totalTables": move.total_tables,
            "storeState": "paused" if move.paused_at is not None else "selling",
        }

    def start_view(self, request: HttpRequest, store_id: Any) -> HttpResponse:
        """Choose a place and start; a store that is being moved already shows that move."""
        store = get_object_or_404(Store, pk=store_id)
        self._require_right_to_move(request)
        under_way = get_open_move(store)
        if under_way is not None:
            return HttpResponseRedirect(work_url(under_way))
        form = MoveForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                move = moving.request_move(
                    store=store, target=form.target, requested_by=staff_actor(request).label
                )
            except DomainError as error:
                put_errors(form, form.cleaned_data["database_type"], error)
            else:
                return HttpResponseRedirect(work_url(move))
        kept = list_kept_sources(store)
        title = gettext("Move %(name)s") % {"name": store.name}
        return self.render(request, "move", title, store=store, form=form, kept=kept)

    @method_decorator(posted("platform_admin:platform_storemove_change", "move_id"))
    def resume_view(self, request: HttpRequest, move_id: Any) -> HttpResponse:
        move = self._get(request, move_id)
        call_service(request, lambda: moving.retry_move(move), gettext("The move continues."))
        return HttpResponseRedirect(work_url(move))

    @method_decorator(posted("platform_admin:platform_storemove_change", "move_id"))
    def undo_view(self, request: HttpRequest, move_id: Any) -> HttpResponse:
        move = self._get(request, move_id)
        try:
            call_service(
                request, lambda: moving.undo_move(move), gettext("The store stays where it was.")
            )
        except DatabaseError:
            messages.error(
                request, gettext("A database does not answer. The move retries automatically.")
            )
        return HttpResponseRedirect(work_url(move))

    @method_decorator(posted("platform_admin:platform_storemove_change", "move_id"))
    def drop_view(self, request: HttpRequest, move_id: Any) -> HttpResponse:
        """Delete the old copy, by a worker. Requires the store's short name, because this can't be undone."""
        move = self._get(request, move_id)
        if request.POST.get("typed", "").strip() != move.store.slug:
            messages.error(request, gettext("Type the store's short name to delete its old copy."))
        elif call_service(
            request, lambda: moving.request_drop(move), gettext("The old copy is being deleted.")
        ):
            moving.enqueue_move(move.id)
        return HttpResponseRedirect(work_url(move))

    def _get(self, request: HttpRequest, move_id: Any) -> StoreMove:
        self._require_right_to_move(request)
        return get_object_or_404(StoreMove.objects.select_related("store"), pk=move_id)

    def _require_right_to_move(self, request: HttpRequest) -> None:
        """Staff who may open stores may move them."""
        if not request.user.has_perm("platform.add_store"):
            raise PermissionDenied


def _words_of(table: str) -> str:
    """The label for the rows of a table."""
    for model in apps.get_models(include_auto_created=True):
        if model._meta.db_table == table:
            text = str(model._meta.verbose_name_plural)
            return f"{text[:1].upper()}{text[1:]}"
    return table
