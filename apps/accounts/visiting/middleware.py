"""A visit's session works in the admin of its store and host alone, and while it only looks it changes nothing.

Four guards, each by itself: every method but GET is refused here; `VisitingPerson` has no permission but to see; whatever
notes a change or an export is refused before it is written (`refusing_changes`); and no answer with a file leaves.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.accounts.errors import LooksOnly
from apps.accounts.visiting import rules
from apps.accounts.visiting.services import end_visit
from apps.accounts.visitors import SESSION, VisitingPerson
from apps.platform.auditing import refusing_changes
from apps.platform.hosts import host_of
from apps.platform.models import StoreVisit, VisitEnd, VisitKind
from apps.platform.selectors import platform_url
from apps.tenancy.context import current_store_or_none

GetResponse = Callable[[HttpRequest], HttpResponse]

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
# Doors that a look-only visit uses: its end.
_ALWAYS: Final = frozenset({"visit_end", "logout"})
_OVER: Final = {
    VisitEnd.BUTTON: _("This visit has ended."),
    VisitEnd.TIME: _("The time of this visit is over."),
    VisitEnd.STORE: _("The owners of this store allow no visits any more."),
    VisitEnd.PERSON: _("You are not allowed to enter this store's admin any more."),
    VisitEnd.STATUS: _("The admin of this store is closed at the moment."),
}


def recognize(request: HttpRequest) -> VisitingPerson | None:
    """The visiting person of this session; None for other sessions, and once the visit is over."""
    visit = visit_of(request)
    if visit is None:
        return None
    access = rules.access_of(visit.store)
    if rules.why_over(visit, access) is not None:
        return None
    return VisitingPerson(visit, rules.may_change(visit, access))


def visit_of(request: HttpRequest) -> StoreVisit | None:
    """The visit that the session names, whether it goes on or not. Of another store, or at another host, it is none."""
    store = current_store_or_none()
    if store is None or not request.path_info.startswith("/admin/"):
        return None
    try:
        key = UUID(str(request.session[SESSION]))
    except (KeyError, ValueError):
        return None
    found = StoreVisit.objects.filter(pk=key, store_id=store.id, host=host_of(request))
    return found.filter(entered_at__isnull=False).select_related("store").first()


class VisitMiddleware:
    """Below `ActingMiddleware`, which asks `recognize` for the user."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if current_store_or_none() is None or not request.path_info.startswith("/admin/"):
            return self.get_response(request)
        with refusing_changes(partial(_refuse, request)):
            response = self.get_response(request)
        if _only_looks(request) and response.has_header("Content-Disposition"):
            return _without_file(request, response)
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        match = request.resolver_match
        name = match.url_name if match is not None else ""
        is_in_admin = current_store_or_none() is not None and request.path_info.startswith(
            "/admin/"
        )
        if not is_in_admin or name == "visit_enter" or SESSION not in request.session:
            return None
        user: Any = request.user
        if not isinstance(user, VisitingPerson):
            return _end(request)
        if user.may_change or name in _ALWAYS:
            return None
        request.only_looks = True  # type: ignore[attr-defined]
        return None if request.method in _SAFE else _refused(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return _refused(request) if isinstance(exception, LooksOnly) else None


def visit_page(
    request: HttpRequest, title: str, sentence: str, *, status: int = 403, **more: Any
) -> HttpResponse:
    """A page of one sentence, kept by no browser and no proxy, which names itself to no other page."""
    context = {"title": title, "sentence": sentence, **more}
    response = render(request, "errors/visit.html", context, status=status)
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response


def way_back(visit: StoreVisit) -> str:
    """Where the visitor came from, on the platform's host."""
    if visit.kind == VisitKind.OWNER:
        return platform_url(reverse("owners:stores", urlconf=settings.ROOT_URLCONF))
    name = "platform_admin:platform_store_change"
    return platform_url(reverse(name, args=[visit.store_id], urlconf=settings.ROOT_URLCONF))


def _end(request: HttpRequest) -> HttpResponse:
    """The session of a visit that is over ends as well, and says why."""
    visit = visit_of(request)
    why = rules.why_over(visit, rules.access_of(visit.store)) if visit is not None else None
    if visit is not None and why is not None:
        end_visit(visit, by=why)
    if visit is not None or not _is_elsewhere(request):
        request.session.flush()
    request.user = AnonymousUser()
    return visit_page(
        request,
        gettext("The visit is over"),
        str(_OVER[why or VisitEnd.BUTTON]),
        back=way_back(visit) if visit is not None else "",
    )


def _is_elsewhere(request: HttpRequest) -> bool:
    """Whether the session is of a visit at another host of this store: a copied cookie ends nothing there."""
    store = current_store_or_none()
    try:
        key = UUID(str(request.session[SESSION]))
    except (KeyError, ValueError):
        return False
    return store is not None and StoreVisit.objects.filter(pk=key, store_id=store.id).exists()


def _only_looks(request: HttpRequest) -> bool:
    return getattr(request, "only_looks", False)


def _refuse(request: HttpRequest) -> None:
    if _only_looks(request):
        raise LooksOnly


def _without_file(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The file is closed with the answer that takes its place: closing it here would end the request."""
    refusal = _refused(request)
    refusal._resource_closers.extend(response._resource_closers)  # type: ignore[attr-defined]
    return refusal


def _refused(request: HttpRequest) -> HttpResponse:
    here = reverse("store_admin:index")
    return visit_page(request, gettext("Nothing was changed"), str(LooksOnly.title), here=here)
