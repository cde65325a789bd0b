"""Deleting a store in the platform's admin: a page with both steps."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext

from apps.backoffice.base import call_service, staff_actor
from apps.backoffice.platform.work_pages import present_work
from apps.backoffice.sites import platform_admin
from apps.operations.deletion import deleting
from apps.operations.deletion.queue import enqueue_deletion, is_unfinished
from apps.operations.deletion.unfinished_work import list_unfinished
from apps.platform.models import Store, StoreDeletion
from apps.platform.states import StoreStatus

RIGHT = "platform.delete_store"


def deletion_view(request: HttpRequest, store_id: Any) -> HttpResponse:
    """Shows the progress of the deletion; its buttons request it, confirm it by the typed name, or cancel it."""
    if not request.user.has_perm(RIGHT):
        raise PermissionDenied
    store = get_object_or_404(Store, pk=store_id)
    if request.method != "POST":
        return _page(request, store)
    buttons: dict[str, Callable[[HttpRequest, Store], None]] = {
        "request": _request,
        "confirm": _confirm,
        "cancel": _cancel,
    }
    button = buttons.get(request.POST.get("step", ""))
    if button is not None:
        button(request, store)
    return HttpResponseRedirect(deletion_url(store))


def status_view(request: HttpRequest, store_id: Any) -> JsonResponse:
    """Polled by the page while a worker is to be at it. A deleted store has no page to return to."""
    if not request.user.has_perm(RIGHT):
        raise PermissionDenied
    deletion = StoreDeletion.objects.filter(store_id=store_id).first()
    if deletion is None:
        stores = reverse("platform_admin:platform_store_changelist")
        return JsonResponse({"isRunning": False, "nextUrl": stores})
    return JsonResponse(_present(deletion))


def _present(deletion: StoreDeletion) -> dict[str, Any]:
    is_running = is_unfinished(deletion)
    status = "in work" if is_running else "waiting for your word"
    return present_work(deletion, status=status, is_running=is_running)


def deletion_url(store: Store) -> str:
    return reverse("platform_admin:platform_store_deletion", args=[store.pk])


def _request(request: HttpRequest, store: Store) -> None:
    def ask() -> None:
        deleting.request_deletion(store=store, actor=staff_actor(request), by_worker=True)
        enqueue_deletion(store.pk)

    call_service(
        request,
        ask,
        gettext("%(name)s is closed. Its archive is being written.") % {"name": store.name},
    )


def _confirm(request: HttpRequest, store: Store) -> None:
    def confirm() -> None:
        actor, typed = staff_actor(request), request.POST.get("typed", "").strip()
        deleting.confirm_deletion(store=store, typed=typed, actor=actor)
        enqueue_deletion(store.pk)

    call_service(request, confirm, gettext("%(name)s is being deleted.") % {"name": store.name})


def _cancel(request: HttpRequest, store: Store) -> None:
    call_service(
        request,
        lambda: deleting.cancel_deletion(store=store),
        gettext("%(name)s stays, archived. Reinstate it in the list of stores.")
        % {"name": store.name},
    )


def _page(request: HttpRequest, store: Store) -> HttpResponse:
    deletion = StoreDeletion.objects.filter(store=store).first()
    context = {
        **platform_admin.each_context(request),
        "title": gettext("Delete %(name)s") % {"name": store.name},
        "opts": Store._meta,
        "store": store,
        "deletion": deletion,
        "state": _present(deletion) if deletion else None,
        "unfinished": [] if deletion else list_unfinished(store),
        "is_deleting": store.status == StoreStatus.DELETING,
    }
    return TemplateResponse(request, "backoffice/deleting.html", context)
