"""The doors of a visit in a store's admin: the link that begins it, and the button that ends it."""

from typing import Any

from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from apps.accounts.visiting import services as visiting
from apps.accounts.visiting.middleware import visit_page, way_back
from apps.accounts.visitors import SESSION, VisitingPerson
from apps.backoffice.posting import posted
from apps.common.errors import DomainError
from apps.platform.hosts import host_of
from apps.platform.models import Store, VisitEnd
from apps.platform.selectors import primary_host, public_url

_MOST: int = 100


def visit_urls(protect: Any) -> list[Any]:
    """For people who are not logged in. `protect` adds the admin's content security policy."""
    return [
        path("visit/", protect(enter_view), name="visit_enter"),
        path("visit/end/", protect(end_view), name="visit_end"),
    ]


def redirect_by_link(request: HttpRequest, store: Store, link: str) -> HttpResponse:
    """The answer to the form: to the store's host by the link that was just made."""
    answer = HttpResponseRedirect(link)
    answer["Cache-Control"] = "no-store"
    answer["Referrer-Policy"] = "no-referrer"
    return allowing_way_to(request, store, answer)


def allowing_way_to(request: HttpRequest, store: Store, answer: HttpResponse) -> HttpResponse:
    """Browsers hold the redirect after a form to `form-action`."""
    origin = public_url(primary_host(store), "")
    csp_update({"form-action": [origin]})(lambda _request: answer)(request)
    return answer


@sensitive_variables("token")
@require_http_methods(["GET"])
def enter_view(request: HttpRequest) -> HttpResponse:
    """The link. It always leads to the start page of this admin; the session before it, of whomever, ends."""
    token = request.GET.get("link", "")[:_MOST]
    try:
        visit = visiting.enter(token=token, host=host_of(request))
    except DomainError as refusal:
        return visit_page(request, gettext("This link does not work"), str(refusal))
    request.session.flush()
    request.session[SESSION] = str(visit.pk)
    request.session.set_expiry(visit.until)
    answer = HttpResponseRedirect(reverse("store_admin:index"))
    answer["Cache-Control"] = "no-store"
    answer["Referrer-Policy"] = "no-referrer"
    return answer


@posted("store_admin:index")
def end_view(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    if not isinstance(user, VisitingPerson):
        return HttpResponseRedirect(reverse("store_admin:index"))
    visiting.end_visit(user.visit, by=VisitEnd.BUTTON)
    request.session.flush()
    return visit_page(
        request,
        gettext("The visit is over"),
        gettext("You have left the admin of this store. The end is in its audit log."),
        status=200,
        back=way_back(user.visit),
    )
